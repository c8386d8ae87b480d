"""What hand-written wrong answers are told: what is off in them, and no other slip."""

from __future__ import annotations

import functools
import importlib
import re

import numpy as np
import pytest

from stepwise_ssl.checks.chapter_09 import own
from stepwise_ssl.checks.engine import RAISED, RIGHT, WRONG, run
from stepwise_ssl.checks.registry import find
from tests.answers.outside import (
    round_3,
    round_4,
    round_7,
    round_8,
    round_13,
    round_14,
    round_16,
    round_17,
    round_19,
    round_21,
    round_22_b,
    round_24,
    round_25,
    round_26,
    round_27,
    round_28,
    round_29,
    round_30,
    round_31,
    round_32,
    round_33,
    round_34,
    round_35,
    round_36,
    round_37,
    round_38,
    round_40,
)
from tools.mutation import answer_from, quiet_run, reference_cells

TOLD = {
    "4.8": {"turned to the eigenvectors alone": "divide by nothing"},
    "4.3": {"each pair in one order": "counts each pair in one order only"},
    "1.4": {
        "a temperature of 1 where none is given": "Where `temperature` is left out yours takes 1.0",
    },
    "2.2": {"the published weight where none is given": "not the 1.0 of the exercise"},
    "3.1": {"eigenvalues turned round, and eigenvectors not": "without turning an order round"},
    "1.2": {"the root of the variance, squared again": "The slope of a root is infinite at 0"},
    "1.6": {"eps as a floor": "Your eps is a floor"},
    "1.7": {
        "a floor under the eigenvalues": "a floor of a fixed size",
        "a floor under the shares' eigenvalues": "a floor of a fixed size",
    },
    "2.3": {
        "no γ below 0.01 in size": "a limit in",
        "γ from the eigenvalue": "one entry is nan",
        "the identity forgotten": "without one term",
    },
    "2.4": {
        "a floor under the root": "a limit in",
        "integrated up to the last time": "in ascending order yours is right",
    },
    "2.5": {
        "at the level itself never": "whether equality counts in `below = (start > 0)",
        "the start held above 1e-12": "a limit in `start = np.clip(",
        "inverse hyperbolic tangents, of a start held above 1e-10": "At your time for mode 1 its λ",
    },
    "3.3": {"no γ below 0.01": "a limit in"},
    "3.5": {"a sign with a tolerance": "is the wrong way round"},
    "3.6": {"no γ below 0.01": "a limit in"},
    "5.2": {
        "a guard for the first zero vector alone": "of a zero vector",
        "what is below 1e-9 taken for a zero vector": "which are small and no zero vectors",
        "only the first input may be zero": "of a zero vector as the second input is NaN",
    },
    "5.3": {"Θ starts without the biases": "Your Θ starts without σ_b²"},
    "5.5": {"a floor under the variances": "a limit in `own = np.maximum("},
    "6.2": {
        "0 where the start and half of the plateau are both 0": "0 ≥ 0 is true",
        "at half of its plateau never": "whether equality counts in `t, below = ",
    },
    "6.7": {"a floor under the start": "no floor under s0"},
    "6.8": {"one term alone has no hinge": "Your s is above 1"},
    "7.3": {"nothing below 1e-6 is learned": "no eigenvalue is too small"},
    "8.3": {
        "0/0 at the end": "At λ = 1 yours is nan",
        "nothing at the end": "At λ = 1 yours is 0",
        "s² with the trunk's square as it was": "That holds to first order in λ",
        "p² with the trunk's square as it was": "Your p² is p0² + λ/(γp0²)",
        "the share to first order": "1 − λ/(γp0⁴)",
    },
    "8.4": {
        "solve_ivp with its own tolerance": "`solve_ivp` has by default",
    },
    "8.6": {
        "R for q": "Your q is R itself",
    },
    "9.1": {
        "a floor under the γ": "a limit in",
        "the best correlated": "covariance of the features first",
        "not centred": "features are not centred",
        "each view by its own mean": "each view by its own mean",
        "centred afterwards": "centre the functions and not the features",
        "principal components": "principal components",
        "variance one": "have the variance 1",
        "not scaled": "are not scaled",
        "divided by gamma": "You divide by γ",
        "times the root": "multiply by the root of γ",
        "ascending": "those of the smallest γ",
        "largest last": "in reverse order",
        "by size": "You sort by |γ|",
        "not symmetric": "is not symmetric",
        "singular vectors": "singular vectors",
        "sum of the views, not half": "1/√2 times",
        "first views only": "it should have (28, 4)",
        "pair by pair": "pair by pair",
        "length one": "length 1",
    },
    "9.2": {
        "z not centred": "z is not centred",
        "functions not centred": "functions are not centred",
        "nothing centred": "Neither",
        "columns normalised only": "counted more than once",
        "no basis at all": "Large columns",
        "square forgotten": "a length and not a square",
        "roles exchanged": "It is the other way round",
        "mean over the functions": "one number for all",
        "the best column": "the one column that fits best",
        "what is left": "outside of the span",
        "small directions left out": "varies little",
        "not divided": "Divide by the function's own",
        "a fit without a constant": "has no constant",
        "rows centred": "the mean of each row",
    },
    "9.3": {
        "one of the two centred": "Where the mean of each column of `x` is subtracted first",
        "n": "You divide by n",
        "numbers of columns": "number of columns",
        "ranks": "You put the rank",
        "no root": "root is missing",
        "not centred": "not centred",
        "zero": "Yours is 0 everywhere",
        "columns over n": "number of columns",
        "cka itself": "as they stand",
        "n - 1 forgotten": "n − 1 is missing",
        "random orders of many rows": "as a mean over some random orders",
        "singular values": "of the singular values",
        "upside down": "upside down",
        "columns permuted as well": "changes with the units",
        "cyclic orders only": "cyclic",
        "mean of the ratios": "mean of the two",
    },
    "9.4": {
        "axes of the last moment": "at the last moment",
        "axes of the first moment": "at the first moment",
        "axis j of moment j": "axis j at moment j. The large",
        "axis j of moment j, made orthogonal": "axis j at moment j, and make",
        "the largest of all": "among all directions",
        "the largest of all, made orthogonal": "among all, and make",
        "not centred": "not centred",
        "one mean of all": "One mean of all moments",
        "rows": "are the rows",
        "reversed": "in reverse order",
        "from the end": "begin with the last",
        "the smallest that is left": "the smallest variance",
        "all moments together": "all moments together",
        "what was gained": "has gained",
        "only the last one cut out": "orthogonal to all before it",
        "a moment late": "one moment late",
    },
    "9.5": {"modes and regressors exchanged": "`modes` and `regressors` exchanged"},
    "9.6": {
        "no allowance for rounding": "some of these count and others do not",
        "only the first regressor permuted": "the first regressor alone",
    },
    "9.7": {"labels as columns": "as indices of the targets' columns"},
    "9.8": {"delta as a whole number": "eigenvalues δ are left out"},
    "10.1": {
        "the time of flow over the learning rate": "time of flow",
        "the factor of s, not of λ": "That is the factor of s_j",
        "twice the exponent in place of the square": "by 1 + 8ηγ_j",
        "the growth of λ to 1": "by 1/λ_j(0)",
        "the growth of λ to ½": "what grows by the same factor throughout",
        "every mode at its own limit": "every s_j by 1 + share",
        "the limit of the last mode": "the limit of the last mode",
        "share taken for the learning rate": "take share for η",
        "share left out": "Asked is a share of it",
        "start taken for s": "You take them for s_j(0)",
        "whole steps": "Yours are whole numbers",
        "the time and not the steps": "This is a time",
    },
    "10.2": {
        "the learning rate over 1 − β": "the learning rate η/(1 − β)",
        "the smaller root": "take the smaller root",
        "the gradient counts 1 − β times": "counts 1 − β times",
        "the factor of λ": "Wanted is that of s",
        "the limit of fast modes": "Solve the quadratic equation",
        "β forgotten beside z": "β is missing where it stands with z",
        "the sign of the gradient": "the mode grows",
        "Nesterov's": "Nesterov's momentum",
        "ten steps from rest": "one of the first steps",
    },
    "10.3": {
        "the shortest weights": "the shortest weights, those of the modes of Γ itself",
        "not mapped back": "Map them back",
        "mapped back the other way": "map W' back by P^(−1/2)",
        "P for its root": "take P where its root belongs",
        "the root of each entry": "the root of each entry",
        "the inverse of P": "the inverse of P",
        "unit eigenvectors of PΓ": "brings them to length 1",
        "the half of PΓ that eigh reads": "reads one half",
        "Cholesky's factor the wrong way round": "L and Lᵀ are exchanged",
        "by size": "largest |γ'|",
        "the smallest": "the smallest eigenvalues",
        "rows of the eigenvectors": "Its eigenvectors are the columns",
    },
    "10.4": {
        "the last mode's rates alone": "the ratio of the last mode's rates",
        "upside down": "Asked is the other way round",
        "what is left to wait": "The gain is γ₁/γ_d over it",
        "the half": "the gain at ρ = γ_d",
        "ρ at the last mode alone": "ρ of the first mode is missing",
        "the root's": "the gain of the root",
        "at the notebook's share": "the gain at c = 0.4",
    },
    "10.5": {
        "the rates of plain descent": "as without P",
        "the eigenvalues of P as rates": "eigenvalues of P alone",
        "the root of P": "the root of P",
        "multiplied by the damped gamma": "P is the inverse",
        "whitened for every rho": "by the same factor",
        "the largest mode alone": "an infinitely small start",
        "length one": "has length 1",
        "until one half": "stop at λ = ½",
        "the exponent of lambda for the weights too": "with the same exponent",
        "the exponent of the weights for lambda too": "with the same exponent",
        "signs lost": "signs of the start are lost",
        "the parts of lambda": "shares γ_j w_j²",
        "not mapped back": "Map it back",
        "the time of the largest mode": "has to make the whole sum 1",
        "the time of the largest mode, then divided": "divide by √λ afterwards",
        "a large start stays": "does not stay in the flow",
        "gamma sorted, and the start not": "You sort gamma",
        "one step, brought to length": "by the rates once",
        "integrated for a fixed time": "The flow rests where it is 1",
        "T between -200 and 200": "The flow rests where it is 1",
        "T is 1 whatever the start": "without one factor",
    },
    "10.6": {
        "not centred": "features are not centred",
        "n - 1": "divide by n − 1",
        "rows centred": "the mean of each row",
        "a sum over the batch": "a sum over the batch",
        "rho added to every entry": "to every entry",
        "entries inverted one by one": "one by one",
        "not centred, n - 1": "not centred, and you divide by n − 1",
        "rho divided by n": "divided by n along with the sum",
        "eigenvalues cut off at rho": "below ρ",
        "eigenvectors as rows": "eigenvectors are transposed",
        "from the left": "multiply from the left",
        "no rho": "ρ is not in yours",
        "rho after the inverse": "add ρ to the inverse",
        "the diagonal alone": "the diagonal of Σ alone",
        "an inverse root": "inverse root",
        "multiplied": "Its inverse is wanted",
        "of the gradient": "made of the gradient",
        "divided by rho alone": "does not depend on `features`",
        "with the length of the gradient": "to the length of the gradient",
        "correlations": "matrix of correlations",
    },
    "10.7": {
        "until lambda is 1": "until λ = 1",
        "lambda as gamma times s": "take λ for γs",
        "the start forgotten": "The start is not in yours",
        "negative for a large start": "yours is below 0",
        "the way back counted": "it would take back",
        "the gradient's factor kept": "divide by 4γ",
        "the clock of descent": "steps of gradient descent",
        "the clock of flow": "clock of gradient flow",
        "the learning rate forgotten": "the distance that s goes",
        "lambda on a line": "let λ grow by lr",
        "a difference of squares": "difference of squares",
        "whole steps": "whole steps",
        "the absolute value of gamma": "You take |γ|",
        "zero where it is never": "take 0 steps in yours",
        "at one half never": "whether equality counts in `below = (gamma > 0)",
        "nan where it is never": "is nan for a mode with γ ≤ 0",
        "the first mode for all": "when only entry 1 of `gamma` does",
    },
}
# What rounds of answers from outside were not told at first, or told in part.
FROM_OUTSIDE = {
    round_3: {
        "4.3": {
            "number of pairs read from the notebook, not from the argument": "With F.shape[1] // 2 "
            "in place of `n`",
        },
        "4.6": {
            "the inverse root itself, which fails where the kernel is singular": "eigenvalues in "
            "`kappa, V = np.linalg.eigh(K)`",
        },
    },
    round_4: {
        "3.3": {"number of dimensions read from the notebook d": "With len(gamma) in place of `d`"},
    },
    round_7: {
        "1.8": {
            "C - 1 takes one from every entry, not only from the diagonal": "the 1, which every "
            "entry loses, in `loss = ((C - 1) ** 2).sum()`",
        },
    },
    round_8: {"4.8": {"root of the kernel entry by entry": "of each entry in `root = Kqq**0.5`"}},
    round_13: {
        "2.2": {"right where d is m": "the number 1 in `E = C - np.eye(W.shape[1])`"},
        "5.3": {"a depth too many": "where depth is 1 and b_std is 0. Here these are"},
        "5.7": {"step time of mode 1 added": "makes this part right: the term `t[0]`"},
        "7.5": {
            "an interval of statistics of Python, nan where all differences are 0": "not larger "
            "than 0.",
        },
    },
    round_14: {
        "1.3": {
            "two faults: pairs not ordered, and of all dimensions": "Yours is half of what the "
            "right formula gives with a bracket in another place",
        },
        "1.4": {
            "two faults: summed over the anchors, candidates of the other view alone": "gives, "
            "multiplied by (len(z1) + len(z2)). The slip: Both views are anchors",
        },
        "4.6": {"swaps the modes, not the views": "an axis in `return new @ np.roll("},
        "5.3": {
            "two faults: biases not squared, and no division by m": "Where this part compares, "
            "yours is what is wanted, multiplied by X.shape[1]",
        },
        "7.8": {
            "two faults: the views' gradients exchanged, and P above and below": "with its two "
            "results exchanged, divided by processes",
        },
    },
    round_16: {
        "8.2": {"the inputs' side: A0ᵀ A0": "in `return A0.T @ A0 + W.T @ W - W0.T @ W0`"},
        "8.8": {
            "the largest singular value of each gradient, torch.linalg.norm(g, 2)": "largest "
            "singular value, which"
        },
    },
    round_17: {
        "1.2": {"the second view normalised with the first view's statistics": "of the first."},
        "1.4": {"the temperature left out at 0.1 by default": "is left out yours takes 0.1"},
        "3.7": {"searches above 0.01 only": "the ends of the search in `x = optimize.brentq("},
        "4.1": {
            "squared distances rounded to three digits against negative ones": "a rounding in `",
        },
        "5.2": {"a slope of 0.1 by default": "is left out yours takes 0.1"},
        "6.8": {"searches above 0.01 only": "the ends of the search in `return 1.0 if"},
    },
    round_19: {
        "9.2": {"singular values below one ten-thousandth of the largest are dropped": "in which"},
        "9.3": {
            "two hundred random orders instead of all": "over some random orders",
            "Gram matrices centred from one side": "from one side",
        },
        "9.4": {"of the end, sorted by when each axis had most": "in another order"},
        "9.5": {
            "singular values below one thousandth fall under rcond": "vary little",
            "a ridge of one, as sklearn's Ridge has it": "a penalty on its coefficients",
        },
        "9.7": {"fitted to as many pictures as are tested": "as many as are tested"},
        "9.8": {
            "eigenvalues below one thousand-millionth are left out": "leave out what is small",
            "divided by the sum after the logarithm": "in both places",
            "the limit of small delta": "the limit of small δ",
        },
    },
    round_21: {
        "9.2": {
            "adds up the squared correlations with the columns": "counted more than once",
            "corrected for the number of columns, as an adjusted R squared": "adjusted for",
        },
        "9.3": {"x centred and y not": "y is not centred"},
        "9.4": {
            "deflates the covariance by v'Kv vv', as if v were its eigenvector": "own moment only"
        },
        "9.5": {
            "one regressor after the other, each on what the last one left": "all of them at once",
            "standard deviations where variances should be": "compare standard deviations",
        },
        "9.6": {
            "an order that leaves all rows in place is not counted again": "all rows in place",
            "numpy's isclose for what counts as equal": "smaller by several 1e-8",
            "all modes of all permutations in one pool": "into one pool",
        },
        "9.7": {
            "one fit on all modes, of which the first k coefficients are used": "anew for each k",
            "modes centred on the fitted ones' mean in place of a constant": "share of each class",
        },
        "9.8": {
            "delta taken for a singular value, its square for the eigenvalue": "δ for a singular",
            "the entropy of two groups, those in use and those that wait": "two shares",
            "shares below a millionth are left out as rounding": "leave out what is small",
        },
    },
    round_22_b: {
        "5.2": {"counts one of the two mixed quadrants in the mean of the slopes": "one of them"},
        "5.3": {"a factor 2 in the hidden layers, whatever W_std is": "you have 2 where σ_w²"},
        "5.4": {"the swap stands behind the root of the kernel": "the wrong side of the root"},
        "6.8": {"the hinge on the variance in place of the standard deviation": "of the variance"},
        "7.3": {"interpolates in log(1 + t), so that t = 0 does no harm": "over log(1 + t)"},
        "9.3": {"the mean over 2000 random orders": "over some random orders"},
        "9.7": {"the first k columns of the test, whatever the order": "Your test has its first k"},
    },
    round_24: {
        "1.5": {"n/k candidates at the own point, one view each": "one embedding of each picture"},
        "1.8": {"the last step at which it is below a half": "less one"},
        "3.2": {"a floor of 1e-16 under the squares": "has a least square"},
        "4.1": {"a floor of 1e-3 under the squared distances": "have a floor above 0"},
        "4.8": {"a floor of 1e-2 under the eigenvalues": "have a floor in yours"},
        "5.3": {"the bias's own gradient left out of Θ": "The biases have gradients too"},
        "6.6": {"one length of b too many in the rates": "Your rates have 1/‖b‖³"},
        "6.9": {
            "σ of the two directions exchanged in the logarithms": "the two σ are exchanged",
        },
    },
    round_25: {
        "10.7": {"λ on a line of slope ηγ": "let λ grow by γ·lr"},
        "10.8": {
            "the agreement along the modes of Γ": "along the eigenvectors of Γ",
            "Σ^(−1)Γ made symmetric by its mean with the transpose": "symmetric part has others",
            "eigvalsh of Σ^(−1)Γ, of which it reads one triangle": "one triangle",
        },
    },
    round_26: {
        "2.5": {"the level taken of s, in place of λ": "What it gives below 0 is cut off"},
        "5.5": {"the largest eigenvalue for the norm": "its largest singular value"},
        "8.2": {"the start stretched by the length of the head": "No quotient"},
        "8.4": {
            "the start of λ without the trunk": "without the trunk",
            "the mean of u at both ends as a constant": "the mean of its two ends",
        },
        "8.8": {"gradients that add up from mode to mode": "as backward() does"},
        "9.7": {"the number of the output for the label": "compare the number of the winning"},
    },
    round_27: {
        "2.4": {"a small γ counts as 0": "You take a small γ for 0"},
        "2.5": {"s itself is held against the level": "hold s(0) against the level"},
        "3.1": {"the largest |γ| taken out": "take out γ₁, the largest γ"},
        "3.6": {"log λ in place of the log odds": "You let λ itself grow"},
        "5.3": {
            "the share of units on from the layer's new K": "is that of the new K",
            "no bias in the readout": "The last dense layer has no bias",
        },
        "5.7": {"the later of the two step times": "the later of two step times"},
        "6.2": {
            "times in the order in which they come": "sorted, from small to large",
            "0 only from the whole plateau on": "At γ = 0 both sides are 0",
        },
        "6.3": {"the mean over dimensions in one term only": "missing in the invariance term"},
        "8.7": {"a root sought between 0 and 10": "the ends of the search in `square = "},
        "9.4": {"the mean over moments taken out": "mean over the moments"},
        "9.7": {"scikit-learn's binarizer, which has one column for two classes": "name the first"},
    },
    round_28: {
        "1.4": {
            "the anchor known by a similarity of 1": "known by its place, the diagonal",
            "a small number beside the length": "a small number beside it",
        },
        "2.7": {"the root of Gamma, negative modes cut off": "whose negative γ are set to 0"},
        "4.1": {"no squared distance below 1e-10": "have a floor above 0"},
        "4.2": {"variances below 1e-8 are rounding": "below a fixed level for 0"},
        "4.7": {
            "no negative agreement": "cut sin(kδ)/(kδ) off at 0",
            "no turn is larger than π": "Your turns end at π",
        },
        "6.2": {"no plateau above 1": "Your plateau is 1 at most"},
        "6.7": {"the way back counted as well": "up from the level to the start"},
        "6.8": {"one copy costs nothing": "You give 1 at d = 1"},
        "7.5": {"without scatter no verdict": "Their scatter is 0"},
        "8.6": {
            "a grid of 2000 points": "the even steps in `lam = np.linspace(",
            "q of a raise near 1": "Your q is 4(R − 1)",
        },
        "8.7": {"the root sought below 1": "the ends of the search in `s2 = "},
    },
    round_29: {
        "1.4": {"the partners in reverse order": "count the partners from the end"},
        "2.4": {"a negative mode decays as an exponential": "wrong stands where gamma < 0."},
        "2.7": {"in the order of the absolute value": "come by their absolute values"},
        "4.2": {"the eigenvalues in rising order": "columns are the right ones, in reverse order"},
        "4.7": {"the cosine of the mean angle": "with one angle, α = 0.6667 δ"},
        "5.2": {"r without (1 - a)²": "stands before (½ − θ/2π)k₁₂ alone"},
        "5.3": {"one column for both variances": "the diagonal of K as a column"},
    },
    round_30: {
        "6.2": {
            "above its plateau a mode never passes the half": "You give inf to a mode that starts",
            "a start that np.isclose takes for 0": "You take a small start for 0",
        },
        "6.7": {"arrived when s0² has": "whose s₀² is at level · ε"},
        "8.4": {"a trapezoid rule over λ": "the even steps in `x = np.linspace("},
        "8.6": {"a hundred trapezoids": "the number of points in `lam = np.linspace("},
        "8.7": {"all values grow by the same": "You let all layers grow by the same amount"},
        "9.1": {"directions of the largest agreement": "nearly the same numbers: You divide by"},
        "9.2": {"a small ridge": "the term `1e-6 * np.eye(z.shape[1])`"},
        "9.4": {"the covariance projected from one side": "is not symmetric, and eigh"},
    },
    round_31: {
        "1.4": {"the nearest one as the partner": "most alike to the anchor"},
        "1.5": {"nobody else at the own point": "stay when `k` becomes larger: at most it decides"},
        "2.3": {"all modes stopped together": "of `s` does. Of what is wanted only entry"},
        "2.4": {"s logistic in place of λ": "to γ^(-1/2) along a logistic curve"},
        "3.3": {"at the mean length of the leftover": "the mean of the length s(0)"},
        "3.5": {"the start itself, whitened": "That keeps its parts in all modes"},
        "4.6": {"the eigenvectors as embedding": "the eigenvectors b_j for their embedding"},
        "5.2": {"only where the signs agree": "In your second mean you count the cases"},
        "6.9": {"equal weights": "the two weights are equal, w_1 = w_2"},
        "7.3": {"a share of the sum": "times the sum of all ends"},
        "7.6": {"the step as the seed": "draws other views than it should from step 1 on"},
        "7.8": {"rows centred on the own part": "are centred on the means of your own rows"},
        "8.1": {
            "an inverse in place of the transpose": "Known slips, one for each result, give the "
            "same numbers together: You bring the gradient to the head with the inverse of A.",
        },
    },
    round_32: {
        "1.2": {
            "the norm off the diagonal, not squared": "you take its root, the norm",
            "the mean of both views, each its own variance": "the mean over both views at once",
        },
        "1.6": {"the covariances of the two views pooled": "where they differ in sign they cancel"},
        "1.8": {"the loss after the step, the eigenvalues before it": "Your losses begin after"},
        "2.7": {"a step back where the loss grows": "and your W stays where it is"},
        "3.3": {"the notebook's d": "the number 10 in `k = 10 - np.arange(len(gamma))`"},
        "3.7": {"two terms of the series": "the first two terms of a series in the lateness"},
        "4.1": {
            "distances between neighbours of one table": "you take the first columns",
            "in 16 bits": "the kind of the numbers in `x1, x2 = ",
        },
        "4.4": {"n for 2n": "a number of rows in `n = len(K)`"},
        "4.8": {"the eigenvalues' roots on top": "a product or a quotient in"},
        "5.1": {"a step in proportion to the parameter": "a factor in `e[p] = 1e-5 * theta[p]`"},
        "5.3": {"Θ with the K that came in": "you add to Θ the K that comes in"},
        "5.7": {"mode 1 does not brake the coupling": "Your force does not stop"},
        "5.8": {"as few angles as waves": "the mean over 15 angles"},
        "6.6": {"off the mean, not off the bias": "its part along (1, …, 1)"},
        "7.5": {
            "the scatter, not the error, in the verdict": "the scatter of one difference",
            "ranks, and no t": "a test of ranks",
        },
        "7.6": {"the generator before the step": "the step before the kill again"},
        "8.4": {"a thousand even pieces": "the even steps, and their number, in"},
        "9.6": {"each column of the regressors on its own": "do not move together"},
    },
    round_33: {
        "1.6": {"covariances about one mean of all entries": "one mean, over all entries"},
        "4.2": {"the mean of all products in place of the rows'": "and no more. From each"},
        "5.3": {"the sizes of the first layer in all": "You keep k₁₁ and k₂₂ of the first layer"},
        "7.3": {"first values held against curve 1": "half of curve 1's end. It should be"},
    },
    round_34: {
        "2.2": {
            "each pair off the diagonal once": "Your E is 0 below the diagonal",
            "through a root of Gamma that drops the eigenvalues below zero": "Your Γ lacks",
        },
        "2.4": {
            "a tanh about the step time, with the absolute value of the odds": "value of 1/λ(0) − 1"
        },
        "3.8": {"the orthogonal part of the least-squares map": "the least-squares map"},
        "4.8": {"small eigenvalues left out for safety": "You leave out the directions"},
        "5.5": {"the same variance for both inputs of a pair": "k₁₁ and k₂₂ differ"},
        "7.5": {"differences that are close count as equal": "the same two times 1e-9 it is True"},
        "10.4": {"the damping in units of the last eigenvalue": "Your ρ is a share of γ_d"},
        "10.6": {"only the directions in which the batch varies": "and not lost"},
    },
    round_35: {
        "1.4": {
            "the anchor's similarity with itself lowered by 10, which is not enough when it is "
            "hot": "A logit of −∞ leaves none",
        },
        "1.6": {
            "the hinge behind the mean of the two views' deviations": "the two views' spreads",
        },
        "4.2": {
            "mean of all not added again, and an SVD that sorts by size": "twice, or not at all",
        },
        "4.6": {
            "first and second views swapped before the root": "P stands on the wrong side of the",
        },
        "7.5": {"a mean of 0 without scatter called real": "All differences are 0"},
        "8.3": {"one half at the end, where the rate is 0": "At λ = 1 yours is 0.5"},
    },
    round_36: {
        "2.3": {
            "back from the eigenvalue by a root, which loses the sign of gamma": "Outside the "
            "bracket yours has",
            "the rate of the eigenvalue over 2 gamma s, no number at s = 0": "entries are nan",
        },
        "3.7": {"the best of a grid of a thousand, not the root": "x = 80/1000, and the root"},
        "5.3": {"no gradient by the biases of the first layer": "Your Θ starts without σ_b²"},
        "8.8": {"the two views sent through the model one after the other": "torch.cat them"},
    },
    round_37: {
        "1.4": {
            "whatever has similarity 1 is taken for the anchor itself": "Its partner may have it",
        },
        "2.8": {"the d modes by np.linalg.eig, as they come": "which d modes are cheapest?"},
        "3.6": {"bisection between 1e-12 and 1": "a search must go as low as this"},
        "4.2": {
            "leaves out the first direction in place of centring": "You leave out the first "
            "direction",
        },
        "4.7": {
            "the mean cosine over a grid of 100 turns, both ends in full": "over about 100 turns"
        },
        "5.3": {"two means of its own, by a quotient and arccos": "a zero vector"},
        "5.5": {"the root and the angle without a guard against rounding": "are parallel here"},
        "5.9": {"the notebook's d in place of the number of modes": "With len(gamma) in place"},
        "6.8": {
            "the least of the loss is sought between 0.05 and 1": "No s of yours is below 0.05"
        },
        "7.3": {
            "a bisection for the half, which takes the curve as rising": "as flicker does",
        },
        "8.3": {
            "p squared as lambda over gamma s squared, with s squared a difference": "nothing can "
            "be divided by it",
        },
        "8.6": {
            "the integral as a sum of 1000 values of the integrand, from 0.001 on": "So near comes "
            "a sum over a grid",
        },
        "8.7": {"the root sought below 10,000": "the ends of the search"},
        "9.5": {"1e-8 on the diagonal, so that the inverse exists": "the term `1e-8 * np.eye("},
    },
    round_38: {
        "7.5": {"the normal quantile from thirty seeds on": "For many seeds you take the bound"},
        "8.7": {"the best of ten thousand candidates": "is a grid too coarse"},
        "9.4": {"twenty rounds of the power iteration for each axis": "needs the more rounds"},
    },
    round_40: {
        "6.3": {
            "the hinge squared, so that the slope has a 2(1 - root of eps) in it": "that of a "
            "squared hinge",
            "np.cov of both views has four blocks, and the off-diagonal ones are taken": "of one "
            "view with the other",
        },
        "6.7": {
            "update after update, and between the last two the eigenvalue on a straight line": "λ "
            "is on a straight line",
        },
        "8.1": {
            "forward differences with a step of a thousandth": "one-sided difference quotients "
            "with a step of about h = 0.001",
        },
        "8.2": {
            "the trunk keeps its left singular vectors, as from an aligned start": "the "
            "eigenvectors of A0A0ᵀ",
        },
        "9.1": {"the first d that np.linalg.eig happens to give": "np.linalg.eig sorts nothing"},
        "9.5": {
            "fitted to every other picture and counted on the rest": "`regressors` come in another "
            "order",
        },
        "9.8": {
            "divided by the sum of the learned ones, so that the shares exceed 1": "by k, the",
            "the root of the shares for RankMe, which no longer add up to 1": "First the roots",
        },
        "10.2": {
            "a hundred steps run, and the last of them over the one before": "the factor of step "
            "100 from rest",
        },
        "10.7": {
            "0 for a mode whose s, not whose eigenvalue, starts at one half": "It is λ that says "
            "so, not s.",
        },
    },
}
CASES = [(number, title) for number, told in TOLD.items() for title in told]


@functools.cache
def _notebook(chapter: int):
    answers = importlib.import_module(f"tests.answers.chapter_{chapter:02d}").WRONG
    return answers, *reference_cells(chapter)


@pytest.mark.parametrize("number, title", CASES, ids=[": ".join(case) for case in CASES])
def test_a_wrong_answer_is_told_its_own_slip(number, title):
    answers, namespace, solutions = _notebook(int(number.split(".")[0]))
    answer = answer_from(answers[number][title], namespace, solutions[number][0])
    outcome = quiet_run(find(number), answer)
    assert outcome.verdict == WRONG and outcome.named
    assert TOLD[number][title] in outcome.message


# Those that raise at some call: it is said what would make them right.
RAISING = {
    ("2.2", "right where d is m"),
    ("3.3", "number of dimensions read from the notebook d"),
    ("3.7", "searches above 0.01 only"),
    ("4.3", "number of pairs read from the notebook, not from the argument"),
    ("4.6", "the inverse root itself, which fails where the kernel is singular"),
    ("5.9", "the notebook's d in place of the number of modes"),
    ("6.8", "searches above 0.01 only"),
    ("8.2", "the inputs' side: A0ᵀ A0"),
    ("8.7", "a root sought between 0 and 10"),
    ("8.7", "the root sought below 1"),
    ("8.7", "the root sought below 10,000"),
}


@pytest.mark.parametrize(
    "answers, number, title, words",
    [
        pytest.param(answers, number, *case, id=f"{number}: {case[0]}")
        for answers, told in FROM_OUTSIDE.items()
        for number, cases in told.items()
        for case in cases.items()
    ],
)
def test_an_answer_from_outside_is_told_its_own_slip(answers, number, title, words):
    _, namespace, solutions = _notebook(int(number.split(".")[0]))
    answer = answer_from(answers.WRONG[number][title], namespace, solutions[number][0])
    outcome = quiet_run(find(number), answer)
    verdict = RAISED if (number, title) in RAISING else WRONG
    assert outcome.verdict == verdict and outcome.named and words in outcome.message


ALL, ROW = "mean()", "mean(1, keepdims=True)"
OF_THE_FORMULA = {ALL: "one mean over all entries where", ROW: "with the mean of each row where"}


@pytest.mark.parametrize(
    "number, taken, words",
    [
        ("1.2", ALL, "one mean, over all entries"),
        ("1.2", ROW, "the axis of the means, first in `a = (z1"),
        ("7.2", ALL, "one mean, over all entries"),
        ("7.2", ROW, "the mean of its own entries"),
        ("7.8", ALL, OF_THE_FORMULA[ALL]),
        ("8.8", ALL, "one mean, over all entries"),
        ("8.8", ROW, "the mean of its own entries"),
        ("9.1", ROW, OF_THE_FORMULA[ROW]),
        ("9.2", ALL, OF_THE_FORMULA[ALL]),
        ("9.3", ROW, OF_THE_FORMULA[ROW]),
        ("9.4", ALL, "the axis of a mean in `left = z - z.mean()`"),
        ("9.4", ROW, "the axis of a mean in `left = z - z.mean(1"),
    ],
)
def test_another_mean_than_that_of_the_columns_is_told(number, taken, words):
    _, namespace, solutions = _notebook(int(number.split(".")[0]))
    name, code = solutions[number]
    wrong = re.sub(r"mean\((?:axis=|dim=)?0\)", taken, code)
    assert wrong != code
    outcome = quiet_run(find(number), answer_from(wrong, namespace, name))
    assert outcome.verdict == WRONG and outcome.named and words in outcome.message


OTHER_NORMS = """
def cka_by_chance(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    K, L = x @ x.T, y @ y.T
    of_K = np.linalg.norm(K, {})
    of_L = np.linalg.norm(L, {})
    return np.trace(K) * np.trace(L) / (len(x) - 1) / (of_K * of_L)
"""


@pytest.mark.parametrize("kind", ["1", "ord=1", "ord=np.inf", "-2"])
def test_another_kind_of_norm_is_told_by_its_line(kind):
    _, namespace, _ = _notebook(9)
    answer = answer_from(OTHER_NORMS.format(kind, kind), namespace, "cka_by_chance")
    outcome = quiet_run(find("9.3"), answer)
    assert outcome.verdict == WRONG and outcome.named
    assert f"the norms, first in `of_K = np.linalg.norm(K, {kind})`" in outcome.message


VIEWS_LESS = """
def vicreg_terms(z1, z2, eps=1e-4):
    n, d = z1.shape
    spread = overlap = 0
    for z in (z1, z2):
        around = z - {}
        variance = (around**2).sum(0) / (n - 1) if {} else z.var(0)
        spread = spread + torch.relu(1 - (variance + eps).sqrt()).mean() / 2
        C = around.T @ around / (n - 1)
        overlap = overlap + (C.pow(2).sum() - C.diagonal().pow(2).sum()) / d
    return (z1 - z2).pow(2).mean(), spread, overlap
"""


@pytest.mark.parametrize("in_the_variance", [True, False])
@pytest.mark.parametrize(
    "mean, words",
    [
        ("z.mean()", "one mean, over all entries"),
        ("torch.cat([z1, z2]).mean()", "one mean, over all entries"),
        ("z.mean(1, keepdim=True)", "from each row its own mean"),
        ("torch.cat([z1, z2]).mean(0)", "both views on one mean"),
    ],
)
def test_a_mean_that_is_no_view_s_own_is_told_in_each_term(mean, words, in_the_variance):
    _, namespace, _ = _notebook(1)
    answer = answer_from(VIEWS_LESS.format(mean, in_the_variance), namespace, "vicreg_terms")
    outcome = quiet_run(find("1.6"), answer)
    assert outcome.verdict == WRONG and outcome.named and words in outcome.message


def _p_values(tolerance, kind):
    """p-values where R² are equal that differ by less than `tolerance`; results of a kind."""

    def like(modes, regressors, permutations):
        observed = own.r_squared(modes, regressors)
        largest = np.array([own.r_squared(modes, regressors[p]).max() for p in permutations])
        count = (largest[:, None] >= observed - tolerance).sum(axis=0)
        return ((1 + count) / (1 + len(permutations))).astype(kind)

    return like


@pytest.mark.parametrize(
    "tolerance, kind, verdict",
    [
        (1e-9, np.float64, RIGHT),
        (1e-6, np.float64, WRONG),
        (1e-6, np.float32, RIGHT),  # a rounding in 32 bits is larger than 1e-9
    ],
)
def test_what_is_nearly_equal_is_not_equal_but_in_32_bits(tolerance, kind, verdict):
    for seed in range(15):
        answer = _p_values(tolerance, kind)
        outcome = run(find("9.6"), answer, seeds=[seed], explain=False)
        assert outcome.verdict == verdict, (seed, outcome.message)


def test_the_singular_values_are_said_to_be_delta_only_where_the_effective_rank_shows_it():
    def answer(d, k, delta):
        one, two, three = own.three_ranks(d, k, delta)
        return two, two, three  # RankMe of the eigenvalues, and all else right

    message = quiet_run(find("9.8"), answer).message
    assert "as the effective rank does" in message and "for a singular value" not in message
