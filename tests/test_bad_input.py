"""What each public function does with bad input: a table, one row a mistake.

A row is (call, error, words): evaluating the call must raise that error, and its message must
contain all of the words. The first word is the argument's name, so every row names the culprit.
To add a room, add its module to ROOMS and its rows to ROWS. ``python -m tests.test_bad_input``
prints the table with the messages.
"""

from __future__ import annotations

import inspect
import re
import warnings
from types import ModuleType

import numpy as np
import pytest
import torch

from stepwise_ssl import (
    data,
    kernels,
    linear,
    losses,
    networks,
    ntk,
    plots,
    spectra,
    training,
    views,
)
from stepwise_ssl.data import Images

ROOMS: dict[str, ModuleType] = {
    "data": data,
    "views": views,
    "linear": linear,
    "kernels": kernels,
    "ntk": ntk,
    "networks": networks,
    "losses": losses,
    "training": training,
    "spectra": spectra,
    "plots": plots,
}

# What the calls below are made of.
NAMES = {
    **ROOMS,
    "np": np,
    "nan": float("nan"),
    "inf": float("inf"),
    "images": data.load_images("digits", n=10),
    "no_images": Images(np.zeros((0, 8, 8, 1), np.uint8), np.zeros(0, np.int64), "made-up"),
    "blank": Images(np.zeros((4, 8, 8, 1), np.uint8), np.zeros(4, np.int64), "made-up"),
    "X": np.arange(12.0).reshape(4, 3) % 5,
    "holed": np.array([[1.0, np.nan], [0.0, 1.0]]),
    "G": np.diag([0.5, 0.2, 0.1]),
    "W": np.eye(2, 3),
    "t": np.array([0.0, 1.0, 2.0]),
    "gamma": np.array([0.5, 0.2]),
    "s0": np.array([0.1, 0.1]),
    "Z": torch.arange(18.0).reshape(6, 3),
    "half": torch.float16,
    "curves": np.ones((3, 2)),
    "net": ntk.MLP((3, 4, 2)),
    "frozen": torch.nn.Linear(3, 2, bias=False).requires_grad_(False),
    "rough": torch.nn.Linear(3, 2).bfloat16(),
    "single": torch.nn.Linear(3, 2),
    "mixing": torch.nn.BatchNorm1d(3),
    "K6": np.eye(6),
    "blocks": np.zeros((2, 2, 6, 6)),
    "falling": np.array([2.0, 1.0, 0.0]),
}

Row = tuple[str, type[Exception], tuple[str, ...]]

ROWS: list[Row] = [
    # --- data -------------------------------------------------------------------------------
    ("data.load_images('mnist')", ValueError, ("name", "'mnist'", "'digits'", "'cifar10'")),
    ("data.load_images(3)", TypeError, ("name", "the int 3", "'patches'")),
    ("data.load_images('digits', 'all')", ValueError, ("split", "'all'", "'train', 'test'")),
    ("data.load_images(n=0)", ValueError, ("n", "0", "≥ 1")),
    ("data.load_images(n=2000)", ValueError, ("n", "2000", "between 1 and 1297")),
    ("data.load_images(n=2.5)", TypeError, ("n", "the float 2.5", "whole number")),
    ("data.load_images(n=True)", TypeError, ("n", "the bool True", "whole number")),
    ("data.load_run('nothing')", ValueError, ("name", "'nothing'")),
    # --- views ------------------------------------------------------------------------------
    ("views.make_pairs(X)", TypeError, ("images", "an ndarray", "data.load_images")),
    ("views.make_pairs(no_images)", ValueError, ("images", "empty")),
    ("views.make_pairs(blank)", ValueError, ("images", "alike", "scale=False")),
    ("views.make_pairs(images, n=11)", ValueError, ("n", "11", "between 1 and 10")),
    ("views.make_pairs(images, seed=-1)", ValueError, ("seed", "-1", "≥ 0")),
    ("views.make_pairs(images, seed=None)", TypeError, ("seed", "None")),
    ("views.make_pairs(images, crop=0.5)", ValueError, ("crop", "()", "(2,)")),
    ("views.make_pairs(images, crop=(1, 0.4))", ValueError, ("crop", "(1, 0.4)", "smallest")),
    ("views.make_pairs(images, crop=(0, 1))", ValueError, ("crop", "(0, 1)", "0 < smallest")),
    ("views.make_pairs(images, crop=(0.4, 2))", ValueError, ("crop", "(0.4, 2)", "≤ 1")),
    ("views.make_pairs(images, centre=None)", TypeError, ("centre", "None", "True or False")),
    ("views.make_pairs(images, scale=2)", TypeError, ("scale", "the int 2", "True or False")),
    # --- linear -----------------------------------------------------------------------------
    ("linear.cross_moment(X[0], X)", ValueError, ("x1", "(3,)", "(n, m)")),
    ("linear.cross_moment(X, X[:2])", ValueError, ("x2", "(2, 3)", "(4, 3)", "the shape of x1")),
    ("linear.cross_moment(X[:0], X)", ValueError, ("x1", "(0, 3)", "empty")),
    ("linear.cross_moment(holed, X)", ValueError, ("x1", "1 entry", "NaN", "[0, 1]")),
    ("linear.cross_moment(X * 1j, X)", TypeError, ("x1", "complex128", "real")),
    ("linear.cross_moment('ab', X)", TypeError, ("x1", "the str 'ab'", "(n, m)")),
    ("linear.cross_moment([[1], [1, 2]], X)", TypeError, ("x1", "a list", "(n, m)")),
    ("linear.modes(X, 2)", ValueError, ("Gamma", "(4, 3)", "square")),
    ("linear.modes([[1, 2], [0, 1]], 2)", ValueError, ("Gamma", "not symmetric", "differ by 2")),
    ("linear.modes(G, 4)", ValueError, ("d", "4", "between 1 and 3", "size of Gamma")),
    ("linear.modes(G, 0)", ValueError, ("d", "0", "between 1 and 3")),
    ("linear.final_weights(holed, 1)", ValueError, ("Gamma", "NaN")),
    ("linear.final_weights(G, 4)", ValueError, ("d", "4", "between 1 and 3")),
    ("linear.random_init(2, 3, 0)", ValueError, ("alpha", "0", "> 0")),
    ("linear.random_init(2, 3, -1e-3)", ValueError, ("alpha", "-0.001", "> 0")),
    ("linear.random_init(2, 3, nan)", ValueError, ("alpha", "nan", "finite")),
    ("linear.random_init(2, 3, '1e-3')", TypeError, ("alpha", "the str '1e-3'", "a number")),
    ("linear.random_init(0, 3, 1)", ValueError, ("d", "0", "≥ 1")),
    ("linear.random_init(2, 3.0, 1)", TypeError, ("m", "the float 3.0", "whole number")),
    ("linear.effective_init(W, W.T[:2])", ValueError, ("modes", "(2, 2)", "(3, 2)")),
    ("linear.effective_init(W, W)", ValueError, ("modes", "(2, 3)", "(3, 2)")),
    ("linear.effective_init(W, 2 * W.T)", ValueError, ("modes", "not orthonormal")),
    ("linear.effective_init(W.T, W)", ValueError, ("d", "3", "between 1 and 2")),
    ("linear.effective_init([], W)", ValueError, ("W0", "(0,)", "empty", "(d, m)")),
    ("linear.singular_values(t, gamma, s0[:1])", ValueError, ("s0", "(1,)", "(2,)", "each gamma")),
    ("linear.singular_values(t, gamma, -s0)", ValueError, ("s0[0]", "-0.1", "≥ 0")),
    ("linear.singular_values(t, gamma, 0.1)", ValueError, ("s0", "()", "(2,)")),
    ("linear.singular_values(-t, gamma, s0)", ValueError, ("t[2]", "-2", "≥ 0")),
    ("linear.singular_values([], gamma, s0)", ValueError, ("t", "empty", "(T,)")),
    ("linear.singular_values(t, [nan, 1], s0)", ValueError, ("gamma", "NaN", "[0]")),
    ("linear.embedding_eigenvalues([inf], gamma, s0)", ValueError, ("t", "infinite")),
    ("linear.embedding_eigenvalues(t, G, s0)", ValueError, ("gamma", "(3, 3)", "(d,)")),
    ("linear.loss(t, gamma, [0.1, -1])", ValueError, ("s0[1]", "-1", "≥ 0")),
    ("linear.step_times(gamma, -s0)", ValueError, ("s0[0]", "-0.1", "≥ 0")),
    ("linear.step_times([], [])", ValueError, ("gamma", "empty", "(d,)")),
    ("linear.gradient_flow(X, W, t)", ValueError, ("Gamma", "(4, 3)", "square")),
    ("linear.gradient_flow(G, W.T, t)", ValueError, ("W0", "(3, 2)", "(d, 3)")),
    ("linear.gradient_flow(G, W, [1, 1])", ValueError, ("t", "not increasing")),
    ("linear.gradient_flow(G, W, [-1, 1])", ValueError, ("t[0]", "-1", "≥ 0")),
    ("linear.gradient_descent(G, W, 0, 5)", ValueError, ("lr", "0", "> 0")),
    ("linear.gradient_descent(G, W, nan, 5)", ValueError, ("lr", "nan", "finite")),
    ("linear.gradient_descent(G, W, 0.1, 0)", ValueError, ("steps", "0", "≥ 1")),
    ("linear.gradient_descent(G, W, 0.1, 1e3)", TypeError, ("steps", "1000.0", "whole number")),
    ("linear.gradient_descent(G, holed, 0.1, 5)", ValueError, ("W0", "(2, 2)", "(d, 3)")),
    # --- kernels ----------------------------------------------------------------------------
    ("kernels.rbf(X, X[:, :2])", ValueError, ("x2", "(4, 2)", "(n, 3)", "the columns of x1")),
    ("kernels.rbf(holed, holed)", ValueError, ("x1", "1 entry", "NaN")),
    ("kernels.rbf(X, X, 0)", ValueError, ("bandwidth", "0", "> 0")),
    ("kernels.rbf(X, X, 1e-200)", ValueError, ("bandwidth", "1e-200", "at least 1e-140")),
    ("kernels.laplace(X, X, 'wide')", TypeError, ("bandwidth", "the str 'wide'", "a number")),
    ("kernels.laplace(X[:1], X[:1])", ValueError, ("x1", "equal rows", "give bandwidth")),
    ("kernels.median_distance(X[0], X)", ValueError, ("x1", "(3,)", "(n, m)")),
    ("kernels.median_distance(X[:1], X[:1])", ValueError, ("x1", "equal rows", "no median")),
    ("kernels.contrastive_kernel(X)", ValueError, ("K", "(4, 3)", "square")),
    ("kernels.contrastive_kernel(G)", ValueError, ("K", "(3, 3)", "(2n, 2n)")),
    ("kernels.contrastive_kernel([[1, 2], [0, 1]])", ValueError, ("K", "not symmetric")),
    (
        "kernels.contrastive_kernel([[1, 2], [2, 1]])",
        ValueError,
        ("The kernel matrix", "not positive semi-definite", "-1"),
    ),
    ("kernels.memory_needed(0, 5)", ValueError, ("n", "0", "≥ 1")),
    ("kernels.memory_needed(5, 2.5)", TypeError, ("m", "the float 2.5", "whole number")),
    ("kernels.memory_needed(5, 5, 0)", ValueError, ("n_components", "0", "≥ 1")),
    ("kernels.gradient_descent(G, W, 0.1, 5)", ValueError, ("K", "(3, 3)", "(2n, 2n)")),
    ("kernels.gradient_descent(np.eye(4), W, 0.1, 5)", ValueError, ("A0", "(2, 3)", "(d, 4)")),
    ("kernels.gradient_descent(np.eye(2), np.eye(2), 0, 5)", ValueError, ("lr", "0", "> 0")),
    ("kernels.gradient_descent(np.eye(2), np.eye(2), 1, 0)", ValueError, ("steps", "0", "≥ 1")),
    ("kernels.relu_mlp_kernel(X, W[0])", ValueError, ("x2", "(3,)", "(n2, 3)")),
    ("kernels.relu_mlp_kernel(X, np.eye(2))", ValueError, ("x2", "(2, 2)", "m = 3")),
    ("kernels.relu_mlp_kernel(holed, holed)", ValueError, ("x1", "NaN")),
    ("kernels.relu_mlp_kernel(X, X, 1.5)", TypeError, ("depth", "the float 1.5")),
    ("kernels.relu_mlp_kernel(X, X, -1)", ValueError, ("depth", "-1", "≥ 0")),
    ("kernels.relu_mlp_kernel(X, X, W_std=0)", ValueError, ("W_std", "0", "> 0")),
    ("kernels.relu_mlp_kernel(X, X, b_std=-1)", ValueError, ("b_std", "-1", "≥ 0")),
    # --- ntk --------------------------------------------------------------------------------
    ("ntk.empirical_ntk(W, X)", TypeError, ("model", "an ndarray", "torch.nn.Module")),
    ("ntk.empirical_ntk(frozen, X)", ValueError, ("model", "requires_grad")),
    ("ntk.empirical_ntk(mixing, X)", ValueError, ("model", "BatchNorm1d", "eval()")),
    ("ntk.empirical_ntk(net, 'X')", TypeError, ("x1", "the str 'X'")),
    ("ntk.empirical_ntk(net, X[0])", ValueError, ("x1", "(3,)", "(n, …)")),
    ("ntk.empirical_ntk(net, X * nan)", ValueError, ("x1", "NaN")),
    ("ntk.empirical_ntk(net, X, holed)", ValueError, ("x2", "NaN")),
    ("ntk.empirical_ntk(net, X, W[:, :2])", ValueError, ("x2", "(2, 2)", "(4, 3)")),
    ("ntk.output_blocks(None, X)", TypeError, ("model", "None")),
    ("ntk.output_blocks(net, X + 1j)", TypeError, ("x", "complex", "real numbers")),
    ("ntk.MLP(3)", ValueError, ("widths", "3", "(m, N, …, d)")),
    ("ntk.MLP((3, 0, 2))", ValueError, ("widths[1]", "0", "≥ 1")),
    ("ntk.MLP((3, 2), W_std=0)", ValueError, ("W_std", "0", "> 0")),
    ("ntk.MLP((3, 2), b_std=-1)", ValueError, ("b_std", "-1", "≥ 0")),
    ("ntk.MLP((3, 2), seed=-1)", ValueError, ("seed", "-1", "≥ 0")),
    ("ntk.embed(single, X, X)", ValueError, ("model", "weight", "float32", "double()")),
    ("ntk.embed(net, X, W)", ValueError, ("x2", "(2, 3)", "(4, 3)", "shape of x1")),
    ("ntk.train(frozen.double(), X, X, 1, 1, 1)", ValueError, ("model", "requires_grad")),
    ("ntk.train(net, X, X, 0, 1, 1)", ValueError, ("epsilon", "0", "> 0")),
    ("ntk.train(net, X, X, 1, -1, 1)", ValueError, ("lr", "-1", "> 0")),
    ("ntk.train(net, X, X, 1, 1, 0)", ValueError, ("steps", "0", "≥ 1")),
    ("ntk.train(net, X, X, 1, 1, 1, scale=0)", ValueError, ("scale", "0", "> 0")),
    ("ntk.seeded_start(W, K6, blocks)", ValueError, ("F0", "(2, 3)", "(6, d)", "(6, 6)")),
    ("ntk.seeded_start(K6[:, :2], W, blocks)", ValueError, ("K", "(2, 3)", "square")),
    ("ntk.seeded_start(K6[:, :2], K6, nan * blocks)", ValueError, ("blocks", "NaN")),
    ("ntk.seeded_start(K6[:, :2], K6, 'ab')", TypeError, ("blocks", "the str 'ab'")),
    ("ntk.empirical_ntk(rough, X)", ValueError, ("model", "torch.bfloat16", "model.float()")),
    ("ntk.output_blocks(rough, X)", ValueError, ("model", "torch.bfloat16", "model.float()")),
    ("ntk.seeded_start(K6[:, :2], K6, K6)", ValueError, ("blocks", "(6, 6)", "(2, 2, 6, 6)")),
    # --- networks ---------------------------------------------------------------------------
    ("networks.resnet18(10, stem='stl')", ValueError, ("stem", "'stl'", "'cifar', 'imagenet'")),
    ("networks.resnet18(10, projector=(0,))", ValueError, ("projector", "0", "≥ 1")),
    ("networks.resnet50(0)", ValueError, ("d", "0", "≥ 1")),
    ("networks.small_resnet(10, channels=1.0)", TypeError, ("channels", "the float 1.0")),
    ("networks.small_resnet(10, init_scale=0)", ValueError, ("init_scale", "0", "> 0")),
    ("networks.mlp(10, '64')", TypeError, ("inputs", "the str '64'", "whole number")),
    ("networks.mlp(10, 64, widths=())", ValueError, ("widths", "empty")),
    ("networks.mlp(10, 64, bias_norm=-1)", ValueError, ("bias_norm", "-1", "≥ 0")),
    # --- training ---------------------------------------------------------------------------
    ("training.recipe('mnist')", ValueError, ("name", "'mnist'", "'digits-vicreg'")),
    ("training.train(training.recipe(batch=5000))", ValueError, ("batch", "5000", "1297")),
    ("training.train('digits-vicreg')", TypeError, ("config", "the str", "training.recipe")),
    ("training.predict(None)", TypeError, ("config", "None", "training.recipe")),
    ("training.predict_recorded({})", TypeError, ("run", "dict", "Run")),
    (
        "training.predict(training.recipe(network_options={'projector': [8]}))",
        ValueError,
        ("network_options", "projector", "linear head"),
    ),
    ("training.load_model(3)", TypeError, ("folder", "the int 3", "path")),
    # --- losses -----------------------------------------------------------------------------
    ("losses.barlow_twins(Z.numpy(), Z)", TypeError, ("z1", "ndarray", "torch.from_numpy")),
    ("losses.barlow_twins(Z, None)", TypeError, ("z2", "None", "torch tensors")),
    ("losses.barlow_twins(Z.int(), Z.int())", TypeError, ("z1", "torch.int32", "torch.float32")),
    ("losses.barlow_twins(Z, Z.to(half))", TypeError, ("z2", "torch.float16", "z2.float()")),
    ("losses.barlow_twins(Z * 1j, Z)", TypeError, ("z1", "torch.complex64")),
    (
        "losses.barlow_twins(Z, Z.double())",
        TypeError,
        ("z2", "torch.float64", "torch.float32", "equal"),
    ),
    ("losses.barlow_twins(Z, Z.to('meta'))", TypeError, ("z2", "meta", "cpu", "device")),
    ("losses.barlow_twins(Z[0], Z[0])", ValueError, ("z1", "(3,)", "(n, d)")),
    ("losses.barlow_twins(Z, Z[None])", ValueError, ("z2", "(1, 6, 3)", "(n, d)")),
    ("losses.barlow_twins(Z[:0], Z[:0])", ValueError, ("z1", "(0, 3)")),
    ("losses.barlow_twins(Z[:, :0], Z)", ValueError, ("z1", "(6, 0)")),
    ("losses.barlow_twins(Z, Z[:5])", ValueError, ("z2", "(5, 3)", "(6, 3)")),
    ("losses.barlow_twins(Z, Z[:, :2])", ValueError, ("z2", "(6, 2)", "(6, 3)")),
    (
        "losses.barlow_twins(Z[:1], Z[:1])",
        ValueError,
        ("z1", "1 row", "at least 2 pairs", "no variance"),
    ),
    ("losses.nt_xent(Z.numpy(), Z)", TypeError, ("z1", "ndarray", "torch.from_numpy")),
    ("losses.nt_xent(Z, None)", TypeError, ("z2", "None", "torch tensors")),
    ("losses.nt_xent(Z.int(), Z.int())", TypeError, ("z1", "torch.int32", "torch.float32")),
    ("losses.nt_xent(Z, Z.to(half))", TypeError, ("z2", "torch.float16", "z2.float()")),
    ("losses.nt_xent(Z * 1j, Z)", TypeError, ("z1", "torch.complex64")),
    ("losses.nt_xent(Z, Z.double())", TypeError, ("z2", "torch.float64", "torch.float32", "equal")),
    ("losses.nt_xent(Z, Z.to('meta'))", TypeError, ("z2", "meta", "cpu", "device")),
    ("losses.nt_xent(Z[0], Z[0])", ValueError, ("z1", "(3,)", "(n, d)")),
    ("losses.nt_xent(Z, Z[None])", ValueError, ("z2", "(1, 6, 3)", "(n, d)")),
    ("losses.nt_xent(Z[:0], Z[:0])", ValueError, ("z1", "(0, 3)")),
    ("losses.nt_xent(Z[:, :0], Z)", ValueError, ("z1", "(6, 0)")),
    ("losses.nt_xent(Z, Z[:5])", ValueError, ("z2", "(5, 3)", "(6, 3)")),
    ("losses.nt_xent(Z, Z[:, :2])", ValueError, ("z2", "(6, 2)", "(6, 3)")),
    (
        "losses.nt_xent(Z[:1], Z[:1])",
        ValueError,
        ("z1", "1 row", "at least 2 pairs", "no negatives"),
    ),
    ("losses.vicreg(Z.numpy(), Z)", TypeError, ("z1", "ndarray", "torch.from_numpy")),
    ("losses.vicreg(Z, None)", TypeError, ("z2", "None", "torch tensors")),
    ("losses.vicreg(Z.int(), Z.int())", TypeError, ("z1", "torch.int32", "torch.float32")),
    ("losses.vicreg(Z, Z.to(half))", TypeError, ("z2", "torch.float16", "z2.float()")),
    ("losses.vicreg(Z * 1j, Z)", TypeError, ("z1", "torch.complex64")),
    ("losses.vicreg(Z, Z.double())", TypeError, ("z2", "torch.float64", "torch.float32", "equal")),
    ("losses.vicreg(Z, Z.to('meta'))", TypeError, ("z2", "meta", "cpu", "device")),
    ("losses.vicreg(Z[0], Z[0])", ValueError, ("z1", "(3,)", "(n, d)")),
    ("losses.vicreg(Z, Z[None])", ValueError, ("z2", "(1, 6, 3)", "(n, d)")),
    ("losses.vicreg(Z[:0], Z[:0])", ValueError, ("z1", "(0, 3)")),
    ("losses.vicreg(Z[:, :0], Z)", ValueError, ("z1", "(6, 0)")),
    ("losses.vicreg(Z, Z[:5])", ValueError, ("z2", "(5, 3)", "(6, 3)")),
    ("losses.vicreg(Z, Z[:, :2])", ValueError, ("z2", "(6, 2)", "(6, 3)")),
    ("losses.vicreg(Z[:1], Z[:1])", ValueError, ("z1", "1 row", "at least 2 pairs", "no variance")),
    ("losses.barlow_twins(Z, Z, lam=-1)", ValueError, ("lam", "-1", "≥ 0")),
    ("losses.barlow_twins(Z, Z, lam=nan)", ValueError, ("lam", "nan", "finite")),
    ("losses.barlow_twins(Z, Z, lam='1')", TypeError, ("lam", "the str '1'", "a number")),
    ("losses.nt_xent(Z, Z, temperature=-1)", ValueError, ("temperature", "-1", "> 0")),
    ("losses.nt_xent(Z, Z, temperature=0)", ValueError, ("temperature", "0", "> 0")),
    ("losses.nt_xent(Z, Z, temperature=nan)", ValueError, ("temperature", "nan", "finite")),
    (
        "losses.nt_xent(Z, Z, temperature='1')",
        TypeError,
        ("temperature", "the str '1'", "a number"),
    ),
    ("losses.vicreg(Z, Z, invariance=-1)", ValueError, ("invariance", "-1", "≥ 0")),
    ("losses.vicreg(Z, Z, invariance=nan)", ValueError, ("invariance", "nan", "finite")),
    ("losses.vicreg(Z, Z, invariance='1')", TypeError, ("invariance", "the str '1'", "a number")),
    ("losses.vicreg(Z, Z, variance=-1)", ValueError, ("variance", "-1", "≥ 0")),
    ("losses.vicreg(Z, Z, variance=nan)", ValueError, ("variance", "nan", "finite")),
    ("losses.vicreg(Z, Z, variance='1')", TypeError, ("variance", "the str '1'", "a number")),
    ("losses.vicreg(Z, Z, covariance=-1)", ValueError, ("covariance", "-1", "≥ 0")),
    ("losses.vicreg(Z, Z, covariance=nan)", ValueError, ("covariance", "nan", "finite")),
    ("losses.vicreg(Z, Z, covariance='1')", TypeError, ("covariance", "the str '1'", "a number")),
    ("losses.vicreg(Z, Z, eps=-1)", ValueError, ("eps", "-1", "> 0")),
    ("losses.vicreg(Z, Z, eps=0)", ValueError, ("eps", "0", "> 0")),
    ("losses.vicreg(Z, Z, eps=nan)", ValueError, ("eps", "nan", "finite")),
    ("losses.vicreg(Z, Z, eps='1')", TypeError, ("eps", "the str '1'", "a number")),
    # --- spectra ----------------------------------------------------------------------------
    ("spectra.covariance_eigenvalues(t)", ValueError, ("z", "(3,)", "(n, d)")),
    ("spectra.covariance_eigenvalues(holed)", ValueError, ("z", "NaN")),
    ("spectra.covariance_eigenvalues(X, centre=1)", TypeError, ("centre", "the int 1", "False")),
    ("spectra.rankme(X[:, :0])", ValueError, ("z", "(4, 0)", "empty")),
    ("spectra.rankme(0 * X)", ValueError, ("z", "all zero")),
    ("spectra.effective_rank([1, -0.1])", ValueError, ("eigenvalues", "-0.1", "below 0")),
    ("spectra.effective_rank([0, 0])", ValueError, ("eigenvalues", "all zero")),
    ("spectra.effective_rank(X)", ValueError, ("eigenvalues", "(4, 3)", "(d,)")),
    ("spectra.participation_ratio([nan])", ValueError, ("eigenvalues", "NaN")),
    ("spectra.participation_ratio([0])", ValueError, ("eigenvalues", "all zero")),
    ("spectra.subspace_alignment(X, X[:, :2])", ValueError, ("V", "(4, 2)", "(4, 3)")),
    ("spectra.subspace_alignment(W, W)", ValueError, ("U", "(2, 3)", "d ≤ m")),
    ("spectra.subspace_alignment(0 * X, X)", ValueError, ("U", "linearly dependent")),
    ("spectra.linear_cka(X, X[:2])", ValueError, ("y", "(2, 3)", "(4, q)", "rows as x")),
    ("spectra.linear_cka(X, 0 * X + 0.1)", ValueError, ("y", "equal rows")),
    ("spectra.find_steps(t, X)", ValueError, ("eigenvalues", "(4, 3)", "(3, d)")),
    ("spectra.find_steps([0, 2, 2, 3], X)", ValueError, ("t", "not increasing")),
    ("spectra.find_steps([0, 1, 2, 3], X, None)", TypeError, ("threshold", "None")),
    ("spectra.learned_directions([0, 1, 2, 3], X)", ValueError, ("z", "(4, 3)", "(T, n, d)")),
    ("linear.typical_init(3, 0)", ValueError, ("alpha", "0")),
    ("linear.typical_init(0, 1)", ValueError, ("d", "0")),
    ("spectra.learned_directions([0], [X], 9)", ValueError, ("n_components", "9", "3")),
    # --- plots ------------------------------------------------------------------------------
    ("plots.mode_colors(0)", ValueError, ("d", "0", "≥ 1")),
    ("plots.mode_colors(2.0)", TypeError, ("d", "the float 2.0", "whole number")),
    ("plots.staircase(t[::-1], curves, falling)", ValueError, ("t", "not increasing")),
    (
        "plots.staircase([0, 1], curves[:2], falling[:2])",
        ValueError,
        ("t", "fewer than two positive"),
    ),
    ("plots.staircase(t, falling, falling)", ValueError, ("eigenvalues", "(3,)", "(3, d)")),
    ("plots.staircase(t, curves[1:], falling)", ValueError, ("eigenvalues", "(2, 2)", "each t")),
    ("plots.staircase(t, curves * nan, falling)", ValueError, ("eigenvalues", "NaN")),
    ("plots.staircase(t, curves, t[1:])", ValueError, ("loss", "(2,)", "(3,)")),
    ("plots.staircase(t, curves, None)", TypeError, ("loss", "None")),
    (
        "plots.staircase(t, curves, falling, theory_t=t)",
        ValueError,
        ("theory_t", "without theory_eigenvalues or theory_loss"),
    ),
    (
        "plots.staircase(t, curves, falling, theory_t=-t, theory_loss=t)",
        ValueError,
        ("theory_t", "not increasing"),
    ),
    (
        "plots.staircase(t, curves, falling, theory_loss=t[1:])",
        ValueError,
        ("theory_loss", "(2,)", "(3,)"),
    ),
    (
        "plots.staircase(t, curves, falling, theory_eigenvalues=X)",
        ValueError,
        ("theory_eigenvalues", "(4, 3)", "(3, 2)"),
    ),
    (
        "plots.staircase(t, curves, falling, step_times=t)",
        ValueError,
        ("step_times", "(3,)", "(2,)", "each mode"),
    ),
    (
        "plots.staircase(t, curves, falling, step_times=['1', '2'])",
        TypeError,
        ("step_times", "a list"),
    ),
    (
        "plots.staircase(t, curves, falling, step_times=[[1], [1, 2]])",
        TypeError,
        ("step_times", "a list"),
    ),
    ("plots.spectrum({})", ValueError, ("eigenvalues", "empty mapping")),
    ("plots.spectrum({'VICReg': X})", ValueError, ("eigenvalues['VICReg']", "(4, 3)", "(d,)")),
    ("plots.spectrum([1, nan])", ValueError, ("eigenvalues", "NaN")),
    ("plots.image_pairs(X, X[:2], (1, 3))", ValueError, ("x2", "(2, 3)", "(4, 3)")),
    ("plots.image_pairs(X, X, (2, 3))", ValueError, ("size", "(2, 3)", "6 numbers", "3.")),
    ("plots.image_pairs(X, X, (2, 2, 2))", ValueError, ("size", "(2, 2, 2)", "c = 1 or 3")),
    ("plots.image_pairs(X, X, 3)", TypeError, ("size", "the int 3", "(h, w)")),
    ("plots.image_pairs(X, X, (1.0, 3))", TypeError, ("size[0]", "the float 1.0")),
    ("plots.image_pairs(X, X, (1, 3), n=0)", ValueError, ("n", "0", "≥ 1")),
    ("plots.compare(t, s0)", ValueError, ("measured", "(2,)", "(3,)", "as many as theory")),
    ("plots.compare(t, 1)", ValueError, ("measured", "(1,)", "(3,)")),
    ("plots.compare(X, X)", ValueError, ("theory", "(4, 3)", "(k,)")),
    ("plots.compare([], [])", ValueError, ("theory", "empty", "(k,)")),
    ("plots.compare([1, nan], s0)", ValueError, ("theory", "nan", "row 2")),
    ("plots.compare(None, 1)", TypeError, ("theory", "None")),
    ("plots.compare('1', 1)", TypeError, ("theory", "real numbers")),
    ("plots.compare([[1], [1, 2]], 1)", TypeError, ("theory", "a list")),
    ("plots.compare(s0, s0, labels=['a'])", ValueError, ("labels", "1 entries", "2")),
    ("plots.compare(s0, s0, labels='ab')", TypeError, ("labels", "the str 'ab'")),
    ("plots.compare(s0, s0, labels=3)", TypeError, ("labels", "the int 3")),
]


def message_of(call: str) -> tuple[type[Exception] | None, str]:
    """The error that a call raises and its message."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            eval(call, dict(NAMES))
        except Exception as error:  # noqa: BLE001 the table says which one it must be
            return type(error), str(error)
    return None, "nothing was raised"


@pytest.mark.parametrize(("call", "error", "words"), ROWS, ids=[row[0] for row in ROWS])
def test_bad_input_is_refused_by_name(call: str, error: type[Exception], words) -> None:
    raised, message = message_of(call)
    assert raised is error, message
    assert re.match(re.escape(words[0]) + r"\b|" + re.escape(words[0]), message), message
    assert all(word in message for word in words), message


def test_every_public_function_has_a_row() -> None:
    for room, module in ROOMS.items():
        functions = [name for name in module.__all__ if inspect.isfunction(getattr(module, name))]
        assert functions
        for name in functions:
            if not inspect.signature(getattr(module, name)).parameters:
                continue  # nothing to get wrong
            assert any(row[0].startswith(f"{room}.{name}(") for row in ROWS), f"{room}.{name}"


def test_torch_tensors_on_the_cpu_are_read() -> None:
    """Bad is only what cannot be read: a tensor that carries gradients says what to do."""
    torch = pytest.importorskip("torch")
    z = torch.arange(6.0).reshape(3, 2)
    np.testing.assert_allclose(
        spectra.covariance_eigenvalues(z), spectra.covariance_eigenvalues(z.numpy())
    )
    with pytest.raises(TypeError, match=r"z is a Tensor that NumPy cannot read .*detach\(\)"):
        spectra.covariance_eigenvalues(z.requires_grad_())


if __name__ == "__main__":
    for row in ROWS:
        raised, message = message_of(row[0])
        print(f"{row[0]}\n    {raised.__name__ if raised else None}: {message}")
