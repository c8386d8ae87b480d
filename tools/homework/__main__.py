import sys

from tools.homework.hand_out import main

sys.exit(main(sys.argv[1:]))
