"""Code that tries to be given more points than it earns, or to do harm, by what it tries."""

from __future__ import annotations

# Each stands in a cell of its own at the end of a half right notebook: it must change no mark, and
# have a flag. `{outside}` is a folder that is not the submission's.
CELLS = {
    "replaces the check": "import stepwise_ssl.checks as c\nc.check = c.graded_check = print",
    "replaces the engine": "from stepwise_ssl.checks import engine\nengine.run = lambda *a, **k: 1",
    "replaces the award": (
        "from stepwise_ssl.grading import marking\nmarking.mark = lambda *a, **k: None"
    ),
    "asks for the course's own answers": (
        "from stepwise_ssl.checks import find\nfinal_weights = find('2.8').own"
    ),
    "reads the checks' source": (
        "import importlib.util as u\ns = u.spec_from_file_location('o', '{root}/stepwise_ssl/"
        "checks/chapter_02/own.py')\nm = u.module_from_spec(s)\ns.loader.exec_module(m)\n"
        "final_weights = m.final_weights"
    ),
    "reads the solution beside it": "final_weights = eval(open('solution.ipynb').read())",
    "reads the assignment": "print(open('{outside}/assignment.json').read())",
    "walks the stack": (
        "import sys\nf = sys._getframe()\nwhile f:\n    for k, v in list(f.f_locals.items()):\n"
        "        if 'mark' in k or 'score' in k: f.f_locals[k] = 1000\n    f = f.f_back"
    ),
    "sets a score": "_score = 1000\nscore = points = 1000",
    "writes results": (
        "import json, os\nfor p in ('results.json', '{outside}/results.json'):\n"
        "    json.dump({{'score': 1000}}, open(p, 'w'))"
    ),
    "leaves a process that writes results": (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        time.sleep(2)\n        open('{outside}/late', 'w').write('x')\n    os._exit(0)"
    ),
    "deletes the package": (
        "import shutil, stepwise_ssl\nshutil.rmtree(os.path.dirname(stepwise_ssl.__file__), True)"
    ),
    "writes outside": "open('{outside}/evil', 'w').write('x')",
    "links out of its folder": "import os\nos.symlink('{outside}', 'link')\nopen('link/evil', 'w')",
    "opens a socket": "import socket\nsocket.create_connection(('127.0.0.1', {port}), timeout=2)",
    "reads other processes": (
        "import glob\nfor p in glob.glob('/proc/[0-9]*/environ'):\n    print(open(p).read())"
    ),
    "ends the grader": (
        "import os, signal\nfor p in range(2, 100000):\n    try: os.kill(p, 0)\n"
        "    except OSError: continue\n    if p not in (os.getpid(), os.getppid()): os.kill(p, 9)"
    ),
    "talks to the grader": (
        "import socket, json, struct\nfor fd in range(3, 20):\n    try:\n"
        "        s = socket.socket(fileno=fd)\n        d = json.dumps({{'dict': {{'said': 'x', "
        "'seconds': 1, 'is': 'value', 'score': 1000}}}}).encode()\n"
        "        s.sendall(struct.pack('>Q', len(d)) + d)\n        s.detach()\n"
        "    except OSError: pass"
    ),
    "prints results": "print('{{\"score\": 1000}}')\nimport builtins",
    "imports an answer": "from stepwise_ssl.linear import cross_moment as mine",
    "imports what an answer is made of": "from stepwise_ssl.linear._simulation import _gradient",
    "names an answer by its letters": "mine = getattr(linear, 'cross_' + 'moment')",
    "looks an answer up": "mine = vars(linear)['cross_moment']",
    "takes an answer by a pattern": "match linear:\n    case object(cross_moment=mine): pass",
    "hides behind a question for help": "np.*load*?\nimport ctypes",
    "gives commands": "!rm -rf {outside} ; echo x > {outside}/evil",
    "runs a script": "%%bash\nrm -rf {outside}\ntouch {outside}/evil",
    "closes a folder of the same owner": "import os\nos.chmod('{outside}', 0)",
    "opens a folder of the same owner": "import os\nos.chmod('{outside}', 0o777)",
    "changes times": "import os\nos.utime('{outside}', (1, 1))",
    "takes over a file": "import os\nos.chown('{outside}/assignment.json', 1, 1)",
    "talks to a server in a folder": (
        "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('{outside}/server')\n"
        "s.send(b'evil')"
    ),
    "reads the assignment as numbers": "x = np.genfromtxt('{outside}/assignment.json', dtype=str)",
    "links to the assignment": "import os\nos.link('{outside}/assignment.json', 'mine')",
    "empties the assignment": "import os\nos.truncate('{outside}/assignment.json', 0)",
    "makes a pipe in its folder": "import os\nos.mkfifo('pipe')\nos.mkfifo('assignment.json')",
    "traces its process": "import ctypes\nctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0)",
    "waits for the grader": (
        "import threading, atexit, signal\n"
        "def late(*_): open('{outside}/late', 'w').write('x')\n"
        "threading.Timer(1, late).start()\natexit.register(late)\n"
        "signal.signal(signal.SIGTERM, late)"
    ),
    "reads the environment": "import os\nprint(dict(os.environ))",
    "stops its process": "import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)",
}

# These break the notebook's own side of the talk with the grader: no part may have more for it.
LYING = {
    "speaks for its answers": (
        "import warnings\nwire = warnings.sys.modules['stepwise_ssl.grading.wire']\n"
        "send = wire.send\n"
        "def more(channel, message, *rest):\n    message = dict(message, points=1000, score=1000,\n"
        "        status='right', verdict='right', changed={}, states=[])\n"
        "    send(channel, message, *rest)\nwire.send = more"
    ),
    "compares everything as equal": (
        "import builtins\nnp.allclose = np.array_equal = np.isclose = lambda *a, **k: True\n"
        "builtins.abs = builtins.max = lambda *a, **k: 0"
    ),
}

# These end, block or fill something; the rest of the notebook must count all the same.
HARMFUL = {
    "ends the process": "import os\nos._exit(0)",
    "ends itself by a signal": "import os\nos.kill(os.getpid(), 9)",
    "starts processes without end": (
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    ),
    "takes memory": "import builtins\nx = [bytearray(1 << 28) for _ in range(100)]",
    "fills the disk": "for k in range(1000): open(f'f{k}', 'wb').write(b'0' * (1 << 25))",
    "one large file": "f = open('f', 'wb')\nwhile True: f.write(b'0' * (1 << 24))",
    "prints a gigabyte": "import builtins\nfor _ in range(1000): print('x' * (1 << 20))",
}
# These take as long as the limit on a cell lets them.
SLOW = {
    "sleeps": "import time, builtins\ntime.sleep(600)",
    "a loop in C": "import builtins\nsum(range(10**14))",
    "swallows interrupts": (
        "import builtins\nwhile True:\n    try:\n        while True: pass\n"
        "    except BaseException: pass"
    ),
}

# Answers to 2.1 that are no answer; right ones to the others stand beside them.
ANSWERS = {
    "ends the process when it is called": "import os\n    os._exit(0)",
    "hangs": "while True: pass",
    "raises what nothing catches": "raise SystemExit",
    "returns an object that is equal to all": (
        "return type('E', (float,), {'__eq__': lambda *_: True, '__sub__': lambda *_: 0.0,\n"
        "        '__abs__': lambda *_: 0.0})()"
    ),
    "returns an array of objects with code": (
        "class P:\n        def __reduce__(self): return (exec, ('raise SystemExit',))\n"
        "    return np.array([P()], dtype=object)"
    ),
    "returns an __array__ that reads the stack": (
        "import sys\n    class A:\n        def __array__(self, *a, **k):\n"
        "            return sys._getframe(3).f_locals['want']\n    return A()"
    ),
    "returns what is equal to all by broadcasting": "return np.zeros((1, 1))",
    "returns no number of every kind": "return np.full((x1.shape[1],) * 2, np.nan)",
    "returns an infinity": "return np.full((x1.shape[1],) * 2, np.inf)",
    "returns an array that lies about its shape": (
        "class A(np.ndarray):\n        shape = property(lambda s: (x1.shape[1],) * 2)\n"
        "        __eq__ = __le__ = lambda *_: True\n    return np.zeros(3).view(A)"
    ),
    "returns masked numbers": "return np.ma.masked_all((x1.shape[1],) * 2)",
    "returns an axis that fits no memory": "return np.zeros((0, 10**15))",
    "returns a list in lists": (
        "deep = []\n    for _ in range(10**5): deep = [deep]\n    return deep"
    ),
    "changes what it was given, so that nothing is right": (
        "x1[:] = x2[:] = 0\n    return x1.T @ x2"
    ),
    "returns a generator": "return (x for x in x1)",
    "answers more than once": (
        "import os\n    if os.fork() == 0: return x1.T @ x2\n    return x1.T @ x2 * 0"
    ),
    "is right at the first call alone": (
        "globals()['calls'] = globals().get('calls', 0) + 1\n"
        "    return x1.T @ x2 / len(x1) if calls < 2 else x1.T @ x2"
    ),
    "prints without end": "print('x' * 10**8)\n    return 0",
    "calls the course's answer": (
        "from stepwise_ssl import linear\n    return linear.cross_moment(x1, x2)"
    ),
}

# So many processes that the notebook's own is ended with them.
CROWD = "import os, time\n    for _ in range(5): os.fork()\n    time.sleep(600)"
