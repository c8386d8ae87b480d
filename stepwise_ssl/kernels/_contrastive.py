"""Where training ends in the space of functions, as a scikit-learn estimator."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from .. import _validate, linear
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

        f_j(x) = γ_j^{-1/2} b_jᵀ K̃^{-1/2} k(x) = γ_j^{-3/2} k(x)ᵀ P K̃^{1/2} b_j/(2n)

    (Simon et al. 2023, section 5; the second form, which needs no inverse, is derived in chapter
    4). K̃ is not centred. It may be singular: duplicated views are handled.

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
            ``transform`` gives 0 there, and the loss ends at d − n_learned_.
        bandwidth_: the b of a named kernel, None for another.
        approximation_error_: tr(K̃ − K̃_landmarks)/tr(K̃), the share of the kernel that the
            landmarks miss; 0 for the exact fit.
        n_features_in_: columns of the views.

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
            UserWarning: fewer than d modes are positive.
        """
        self._check_kernel()
        views, order = self._views(x1, x2)
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
                K = self._kernel(views, views, bandwidth)
                named = not callable(self.kernel)
                fitted = embed_exactly(K, d, seed, self._precision(views), positive=named)
        else:
            if self.kernel == "precomputed":
                raise ValueError("n_landmarks is given and K̃ is precomputed: nothing is left out.")
            most = min(2 * n, _MOST_LANDMARKS)
            why = f"n_components to all views, at most {_MOST_LANDMARKS}"
            q = _validate.integer("n_landmarks", self.n_landmarks, d, most, why)
            kernel = partial(self._kernel, bandwidth=bandwidth)
            fitted = embed_by_landmarks(kernel, views, q, d, seed, self._precision(views))
        # Set together and last, so that a fit that fails leaves the estimator as it was.
        self.n_features_in_ = views.shape[1]
        self.bandwidth_ = bandwidth
        self.eigenvalues_ = fitted.gamma
        self.n_learned_ = int(np.sum(fitted.gamma > 0))
        self.approximation_error_ = fitted.approximation_error
        # f(x) = k(x, anchors) @ coefficients.
        self._anchors = None if self.kernel == "precomputed" else views[fitted.anchors]
        self._coefficients = fitted.coefficients
        self._readout = np.empty_like(fitted.readout)
        self._readout[order] = fitted.readout
        if self.n_learned_ < d:
            warnings.warn(
                f"only {self.n_learned_} of n_components = {d} modes have γ > 0; the others are "
                "never learned, and transform gives 0 for them",
                stacklevel=2,
            )
        return self

    def transform(self, x: ArrayLike) -> np.ndarray:
        """The embeddings at the end of training, up to a rotation.

        Args:
            x: views, (n_test, m), seen or new; for a precomputed kernel k(x), (n_test, 2n), with
                the training views in the order of fit.

        Returns:
            (n_test, d), column j for mode j. C = I on the training pairs.

        Raises:
            NotFittedError: before ``fit``.
            TypeError, ValueError: not a finite real matrix with as many columns as in ``fit``.
        """
        check_is_fitted(self)
        x = _validate.matrix("x", x, ("n", self.n_features_in_), "the columns of fit")
        if self.kernel == "precomputed":
            return x @ self._coefficients
        rows = max(1, _CHUNK // len(self._anchors))
        parts = [x[start : start + rows] for start in range(0, len(x), rows)]
        return np.vstack(
            [self._kernel(p, self._anchors, self.bandwidth_) @ self._coefficients for p in parts]
        )

    def score(self, x1: ArrayLike, x2: ArrayLike) -> float:
        """−‖C − I‖²_F on these pairs, minus the loss that training lowers: 0 at best.

        Arguments as ``fit``, and errors as ``transform``. A precomputed kernel is refused.
        """
        check_is_fitted(self)
        if self.kernel == "precomputed":
            raise ValueError("kernel is 'precomputed', and K̃ has no new pairs; use transform.")
        views, _ = self._views(x1, x2)
        first, second = np.split(self.transform(views), 2)
        C = linear.cross_moment(first, second)
        return -float(((C - np.eye(len(C))) ** 2).sum())

    def fit_transform(self, x1: ArrayLike, x2: ArrayLike | None = None) -> np.ndarray:
        """``fit(x1, x2).transform(x1)``: (n, d), or (2n, d) where x1 holds all views."""
        return self.fit(x1, x2).transform(x1)

    def effective_init(self, F0: ArrayLike) -> np.ndarray:
        """The s_j(0) that small starting embeddings behave as if they had; as ``linear``'s.

        With W̃(0) the weights in an orthonormal basis of the views' span, W̃(0) b_j is
        F(0)ᵀ P K̃^{1/2} b_j/(2n γ_j), and s_j(0) is what Gram-Schmidt leaves of it (chapter 4, "A
        new view is embedded without an inverse").

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
                f"only {self.n_learned_} of n_components = {shape[1]} modes have γ > 0; fit with "
                f"n_components ≤ {self.n_learned_}."
            )
        return np.abs(np.diag(np.linalg.qr(F0.T @ self._readout, mode="r")))

    def step_times(self, s0: ArrayLike) -> np.ndarray:
        """When each mode is half learned: ``linear.step_times(eigenvalues_, s0)``, (d,).

        s0: s_j(0), a number for all modes or (d,).
        """
        check_is_fitted(self)
        s0 = np.full(len(self.eigenvalues_), s0) if np.ndim(s0) == 0 else s0
        return linear.step_times(self.eigenvalues_, s0)

    @property
    def _n_features_out(self) -> int:
        return len(self.eigenvalues_)

    def _views(self, x1: ArrayLike, x2: ArrayLike | None) -> tuple[np.ndarray, np.ndarray | slice]:
        """All views, (2n, m), first ones above second ones, or K̃ as a copy; their order in x1."""
        every = slice(None)
        if self.kernel == "precomputed":
            if x2 is not None:
                raise ValueError("x2 is given and the kernel is precomputed; give fit(K) alone.")
            return square_of_pairs("x1", x1), every
        x1 = _validate.matrix("x1", x1)
        if x2 is None:
            raise ValueError(
                f"x1 has {len(x1)} rows and x2 is missing: nothing says which two rows are views "
                "of one picture. Give fit(x1, x2), or all views and the number of each one's "
                "picture, fit(np.vstack([x1, x2]), np.tile(np.arange(n), 2)), also in a Pipeline."
            )
        if _one_number_a_row(x2):
            order = _pairs(x2, len(x1))
            return x1[order], order
        return np.vstack([x1, _validate.matrix("x2", x2, x1.shape, "the shape of x1")]), every

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
        return precision(self.kernel(one, one) if callable(self.kernel) else one)

    def _kernel(self, x1: np.ndarray, x2: np.ndarray, bandwidth: float | None) -> np.ndarray:
        if isinstance(self.kernel, str):
            return of_distances(_NAMED[self.kernel], x1, x2, bandwidth)
        K = self.kernel(x1, x2)
        shape = (len(x1), len(x2))
        K = _validate.matrix("kernel(x1, x2)", K, shape, "a value for each pair of rows")
        return _validate.symmetric("kernel(x, x)", K) if x1 is x2 else K


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
