"""Where training ends in the space of functions, as a scikit-learn estimator."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import _get_feature_names, check_is_fitted

from .. import _validate, linear
from ._distances import exponent_of
from ._exact import embed_exactly
from ._functions import exponential, gaussian, of_distances, typical
from ._landmarks import embed_by_landmarks
from ._memory import memory_needed
from ._moment import precision, square_of_pairs

_NAMED = {"rbf": gaussian, "laplace": exponential}
_MOST_PAIRS = 5000  # for an exact fit, of about 1 GB and a minute
_MOST_LANDMARKS = 2 * _MOST_PAIRS  # their kernel matrix is as large
_CHUNK = 2**24  # kernel entries at a time when new points are embedded: 128 MiB


class ContrastiveKernelPCA(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Kernel PCA for pairs of views: the embedding that Barlow Twins learns from a small start.

    With K̃ (2n, 2n) the kernel between all views, P the swap of its halves, and γ_j, b_j the top
    eigenvalues and eigenvectors of K_Γ = K̃^{1/2} P K̃^{1/2}/(2n), training from a small start on
    ‖C − I‖² ends, up to a rotation, at

        f_j(x) = γ_j^{-1/2} b_jᵀ K̃^{-1/2} k(x)

    (Simon et al. 2023), computed without an inverse (chapter 4, "A new view is embedded
    without an inverse"). K̃ is not centred. It may be singular: duplicated views are handled.

    Args:
        n_components: d, the number of embedding dimensions.
        kernel: ``"rbf"``, ``"laplace"``, a function k(x1, x2) -> (n1, n2) that receives float64
            matrices, or ``"precomputed"``.
        bandwidth: of the named kernels; ``median_distance`` of the views if None.
        n_landmarks: None for the exact fit, up to 5000 pairs (see ``memory_needed``). A number q
            approximates the kernel by q views drawn at random (Nyström), in memory (2n, q).
        random_state: seed of the landmarks and of the eigensolver's first vector.

    Attributes:
        eigenvalues_: γ_j, (d,), descending; from landmarks they are never above the exact ones.
        n_learned_: how many of them are positive. The other dimensions are not learned:
            ``transform`` gives 0 there, and the loss ends at d − n_learned_. So it is, with γ = 0,
            from the first mode on that is lost in the rounding of K̃'s entries: where the training
            pairs come out with an entry of C more than 1e-3 off.
        bandwidth_: the b of a named kernel, None for another.
        approximation_error_: tr(K̃ − K̃_landmarks)/tr(K̃), the share of the kernel that the
            landmarks miss; 0 for the exact fit.
        n_features_in_: columns of the views.
        feature_names_in_: their names, if x1 is a data frame with strings for names.

    In a Pipeline every step should see both views: stack them, and give as y the number of each
    row's picture. Rows alone do not say which two belong together, least of all after a split: a
    KFold over them would make other pairs. With y that is an error, and scikit-learn's GroupKFold
    keeps pairs together:

        x = np.vstack([x1, x2])
        picture = np.tile(np.arange(len(x1)), 2)
        pipeline = make_pipeline(StandardScaler(), ContrastiveKernelPCA(8)).fit(x, picture)
        cross_val_score(pipeline, x, picture, groups=picture, cv=GroupKFold(5))
    """

    def __init__(
        self,
        n_components: int = 10,
        kernel: str | Callable[[np.ndarray, np.ndarray], ArrayLike] = "rbf",
        bandwidth: float | None = None,
        n_landmarks: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.n_components = n_components
        self.kernel = kernel
        self.bandwidth = bandwidth
        self.n_landmarks = n_landmarks
        self.random_state = random_state

    @np.errstate(under="ignore")
    def fit(self, x1: ArrayLike, x2: ArrayLike | None = None) -> ContrastiveKernelPCA:
        """Find the modes of n pairs.

        Args:
            x1: first views, (n, m); or all views, (2n, m), in any order; or K̃, (2n, 2n), for a
                precomputed kernel, first views above second ones.
            x2: second views, (n, m); or for all views the number of each one's picture, (2n,)
                whole numbers, each of them twice; or None for K̃.

        Raises:
            TypeError, ValueError: arguments or parameters that are not as said; all views without
                the numbers of their pictures; labels as x2; a kernel matrix that is not symmetric
                and positive semi-definite; more pairs than an exact fit takes.

        Warns:
            UserWarning: fewer than d modes are positive, or are so beyond rounding.
        """
        self._check_kernel()
        if self.kernel != "precomputed":
            views, order = _stacked(x1, x2)
        elif x2 is None:
            views, order = square_of_pairs("x1", x1), slice(None)
        else:
            raise ValueError("x2 is given and the kernel is precomputed; give fit(K) alone.")
        n = len(views) // 2
        d = _validate.integer("n_components", self.n_components, 1, 2 * n, "the number of views")
        seed = _validate.seed("random_state", self.random_state)
        bandwidth = self._bandwidth(views)
        if self.n_landmarks is None:
            if n > _MOST_PAIRS:
                raise ValueError(
                    f"x1 has {n} pairs; an exact fit of them takes "
                    f"{memory_needed(n, views.shape[1], d) / 1e9:.1f} GB and is allowed up to "
                    f"{_MOST_PAIRS} pairs. Give n_landmarks, such as 2000."
                )
            if self.kernel == "precomputed":
                fitted = embed_exactly(views, d, seed, precision(x1), positive=False)
            else:
                named = not callable(self.kernel)
                K = _products(self.kernel, views, views, bandwidth)
                fitted = embed_exactly(K, d, seed, self._precision(views), positive=named)
                del K  # its memory, before rows of it are computed again
        else:
            if self.kernel == "precomputed":
                raise ValueError("n_landmarks is given and K̃ is precomputed: nothing is left out.")
            most = min(2 * n, _MOST_LANDMARKS)
            why = f"n_components to all views, at most {_MOST_LANDMARKS}"
            q = _validate.integer("n_landmarks", self.n_landmarks, d, most, why)
            kernel = partial(_products, self.kernel, bandwidth=bandwidth)
            fitted = embed_by_landmarks(kernel, views, q, d, seed, self._precision(views))
        # f(x) = k(x, anchors) @ coefficients.
        anchors = None if self.kernel == "precomputed" else views[fitted.anchors]
        positive = int(np.sum(fitted.gamma > 0))
        if not fitted.verified:
            every = views if anchors is not None else square_of_pairs("x1", x1)
            fitted = fitted.resolved(
                _embed(self.kernel, every, anchors, bandwidth, fitted.coefficients)
            )
        # Set together and last, so that a fit that fails leaves the estimator as it was.
        self.n_features_in_ = views.shape[1]
        names = _get_feature_names(x1)
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        self.bandwidth_ = bandwidth
        self.eigenvalues_ = fitted.gamma
        self.n_learned_ = int(np.sum(fitted.gamma > 0))
        self.approximation_error_ = fitted.approximation_error
        self._fitted_kernel = self.kernel  # which set_params may change before the next fit
        self._anchors = anchors
        self._coefficients = fitted.coefficients
        self._readout = np.empty_like(fitted.readout)
        self._readout[order] = fitted.readout
        if self.n_learned_ < d:
            why = "have γ > 0" if self.n_learned_ == positive else "have γ > 0 beyond rounding"
            warnings.warn(
                f"only {self.n_learned_} of n_components = {d} modes {why} of the kernel; the "
                "others are never learned, and transform gives 0 for them",
                stacklevel=3,
            )
        return self

    @np.errstate(under="ignore")
    def transform(self, x: ArrayLike) -> np.ndarray:
        """The embeddings at the end of training, up to a rotation.

        Args:
            x: views, (n_test, m), seen or new; for a precomputed kernel k(x), (n_test, 2n), with
                the training views in the order of fit.

        Returns:
            (n_test, d), column j for mode j. C = I on the training pairs for the modes learned.
            Parameters that were set after ``fit`` count from the next one on.

        Raises:
            NotFittedError: before ``fit``.
            TypeError, ValueError: not a finite real matrix with as many columns as in ``fit``.
        """
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", None)
        given, x = x, _validate.matrix("x", x, ("n", self.n_features_in_), "the columns of fit")
        _check_names("x", given, names, "x1 of fit")
        return _embed(self._fitted_kernel, x, self._anchors, self.bandwidth_, self._coefficients)

    @np.errstate(under="ignore")
    def score(self, x1: ArrayLike, x2: ArrayLike) -> float:
        """−‖C − I‖²_F on these pairs, minus the loss that training lowers: 0 at best.

        Arguments as ``fit``, and errors as ``transform``. A precomputed kernel is refused.
        """
        check_is_fitted(self)
        if isinstance(self._fitted_kernel, str) and self._fitted_kernel == "precomputed":
            raise ValueError("kernel is 'precomputed', and K̃ has no new pairs; use transform.")
        _check_names("x1", x1, getattr(self, "feature_names_in_", None), "x1 of fit")
        views, _ = _stacked(x1, x2)
        first, second = np.split(self.transform(views), 2)
        C = linear.cross_moment(first, second)
        return -float(((C - np.eye(len(C))) ** 2).sum())

    def fit_transform(self, x1: ArrayLike, x2: ArrayLike | None = None) -> np.ndarray:
        """``fit(x1, x2).transform(x1)``: (n, d), or (2n, d) where x1 holds all views."""
        return self.fit(x1, x2).transform(x1)

    def effective_init(self, F0: ArrayLike) -> np.ndarray:
        """The s_j(0) that small starting embeddings behave as if they had; as ``linear``'s.

        They are what Gram-Schmidt leaves of the columns W̃(0) b_j, with W̃(0) the weights in an
        orthonormal basis of the views' span. Exercise 5.4 asks for these columns;
        chapter 5's page "Infinite width, in detail" derives them.

        Args:
            F0: embeddings of all training views before training, (2n, d), in their order in
                fit(x, picture) or first views above second ones; d = ``n_components``.

        Returns:
            (d,), ≥ 0.

        Raises:
            NotFittedError: before ``fit``.
            ValueError: another shape, or not all d modes are positive.
        """
        check_is_fitted(self)
        shape = (len(self._readout), len(self.eigenvalues_))
        F0 = _validate.matrix("F0", F0, shape, "all training views and n_components")
        if self.n_learned_ < shape[1]:
            raise ValueError(
                f"only {self.n_learned_} of n_components = {shape[1]} modes are learned; fit with "
                f"n_components ≤ {self.n_learned_}."
            )
        # In units of both sizes nothing is out of range on the way.
        exponents = exponent_of(F0), exponent_of(self._readout)
        with np.errstate(all="ignore"):
            starts = np.ldexp(F0, -exponents[0]).T @ np.ldexp(self._readout, -exponents[1])
            s0 = np.abs(np.diag(np.linalg.qr(starts, mode="r")))
            return _validate.representable("F0 is", np.ldexp(s0, sum(exponents)), "s_j(0)")

    def step_times(self, s0: ArrayLike) -> np.ndarray:
        """When each mode is half learned: ``linear.step_times(eigenvalues_, s0)``, (d,).

        s0: s_j(0), a number for all modes or (d,).
        """
        check_is_fitted(self)
        if isinstance(s0, Real) or getattr(s0, "ndim", 1) == 0:
            s0 = np.full(len(self.eigenvalues_), s0)
        return linear.step_times(self.eigenvalues_, s0)

    @property
    def _n_features_out(self) -> int:
        return len(self.eigenvalues_)

    def _check_kernel(self) -> None:
        if callable(self.kernel):
            return
        if not isinstance(self.kernel, str):
            raise TypeError(
                f"kernel is {_validate.kind(self.kernel)}; it must be a name or a function "
                "k(x1, x2). For a kernel matrix K give kernel='precomputed' and fit(K)."
            )
        _validate.choice("kernel", self.kernel, (*_NAMED, "precomputed"))

    def _bandwidth(self, views: np.ndarray) -> float | None:
        if isinstance(self.kernel, str) and self.kernel in _NAMED:
            if self.bandwidth is None:
                return typical(views, views)
            return _validate.number("bandwidth", self.bandwidth, above=0)
        if self.bandwidth is not None:
            raise ValueError(
                "bandwidth is given, and only the kernels 'rbf' and 'laplace' have one."
            )
        return None

    def _precision(self, views: np.ndarray) -> float:
        one = views[:1]
        return precision(self.kernel(one.copy(), one.copy()) if callable(self.kernel) else one)


def _embed(
    kernel: str | Callable[[np.ndarray, np.ndarray], ArrayLike],
    x: np.ndarray,
    anchors: np.ndarray | None,
    bandwidth: float | None,
    coefficients: np.ndarray,
) -> np.ndarray:
    """k(x, anchors) @ coefficients, some rows of x at a time; without anchors x is k(x)."""
    if anchors is None:
        return x @ coefficients
    rows = max(1, _CHUNK // len(anchors))
    parts = [x[start : start + rows] for start in range(0, len(x), rows)]
    return np.vstack([_products(kernel, p, anchors, bandwidth) @ coefficients for p in parts])


def _products(
    kernel: str | Callable[[np.ndarray, np.ndarray], ArrayLike],
    x1: np.ndarray,
    x2: np.ndarray,
    bandwidth: float | None,
) -> np.ndarray:
    if isinstance(kernel, str):
        return of_distances(_NAMED[kernel], x1, x2, bandwidth)
    K = kernel(x1.copy(), x2.copy())  # for a function that computes in place
    K = _validate.matrix("kernel(x1, x2)", K, (len(x1), len(x2)), "a value for each pair of rows")
    return _validate.symmetric("kernel(x, x)", K) if x1 is x2 else K


def _stacked(x1: ArrayLike, x2: ArrayLike | None) -> tuple[np.ndarray, np.ndarray | slice]:
    """All views, (2n, m), first ones above second ones; their order in x1."""
    given, x1 = x1, _validate.matrix("x1", x1)
    if x2 is None:
        raise ValueError(
            f"x1 has {len(x1)} rows and x2 is missing: nothing says which two rows are views "
            "of one picture. Give fit(x1, x2), or all views and the number of each one's "
            "picture, fit(np.vstack([x1, x2]), np.tile(np.arange(n), 2)), also in a Pipeline."
        )
    if _one_number_a_row(x2):
        order = _pairs(x2, len(x1))
        return x1[order], order
    both = np.vstack([x1, _validate.matrix("x2", x2, x1.shape, "the shape of x1")])
    _check_names("x2", x2, _get_feature_names(given), "x1")
    return both, slice(None)


def _check_names(name: str, x: ArrayLike, wanted: np.ndarray | None, whose: str) -> None:
    """Refuse a data frame with other columns, or in another order, than the one before it."""
    names = _get_feature_names(x)
    if names is None or wanted is None or np.array_equal(names, wanted):
        return
    j = next((j for j, (a, b) in enumerate(zip(names, wanted, strict=False)) if a != b), 0)
    raise ValueError(
        f"{name} has {names[j]!r} as column {j}, and {whose} has {wanted[j]!r} there; all views "
        "must have the same columns in the same order."
    )


def _one_number_a_row(x2: ArrayLike) -> bool:
    try:
        return np.ndim(x2) == 1
    except ValueError:  # rows of different lengths, which is for `matrix` to say
        return False


def _pairs(picture: ArrayLike, rows: int) -> np.ndarray:
    """The rows of first views, then those of second ones, from each row's picture."""
    picture = np.asarray(picture)
    if picture.dtype.kind not in "iu" or len(picture) != rows:
        raise ValueError(
            f"x2 has shape {picture.shape}, like labels, and entries of type {picture.dtype}; it "
            f"must be the second views, or the number of each row's picture, ({rows},), such as "
            "np.tile(np.arange(n), 2) for np.vstack([x1, x2]). A classifier comes afterwards, on "
            "transform(x)."
        )
    number, first, times = np.unique(picture, return_index=True, return_counts=True)
    if (times != 2).any():
        odd = int(np.argmax(times != 2))
        raise ValueError(
            f"x2 has shape {picture.shape}, like labels, and {number[odd]} in it "
            f"{times[odd]} times; as the number of each row's picture it must have each twice, as "
            "np.tile(np.arange(n), 2) has for np.vstack([x1, x2]). Split pairs with "
            "GroupKFold(), groups being these numbers: KFold takes them apart."
        )
    by_picture = np.argsort(picture, kind="stable").reshape(-1, 2)
    return by_picture[np.argsort(first)].T.ravel()
