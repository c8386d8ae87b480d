"""Stepwise: how self-supervised learning learns, one embedding dimension at a time.

A room for each idea; data flows from left to right, and no room imports from one to its right:

    data -> views -> linear, networks -> deep_linear, kernels, optim -> ntk -> losses
    -> spectra, meaning -> training -> plots, widgets -> checks

- ``data``      pictures and recorded runs: ``load_images``, ``load_run``
- ``views``     two crops of each picture: ``make_pairs``; of a batch on its device: ``Augment``
- ``linear``    the model that pencil and paper solve, and its simulations
- ``deep_linear``  two linear layers, both trained: features that learn, solved and simulated
- ``networks``  ResNets and a perceptron with a head whose start one chooses
- ``optim``     updates that learn all modes at more equal rates, and their price
- ``kernels``   the same model in a space of features that are never written down
- ``ntk``       wide networks beside their limit
- ``losses``    Barlow Twins, SimCLR and VICReg in PyTorch
- ``spectra``   what to measure of an embedding
- ``meaning``   what its modes have to do with properties of the pictures
- ``training``  networks trained and watched: ``train(recipe("digits-vicreg"))``, ``stepwise-train``
- ``plots``     the course's figures, with theory / measured / relative error; ``stepwise-plot``
- ``widgets``   figures that one can drag
- ``checks``    the exercises: ``check("2.4", answer)``
"""

__version__ = "0.1.0"
