"""ContrastiveKernelPCA as a scikit-learn estimator: conventions, pipelines, refusals."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from stepwise_ssl import data
from stepwise_ssl.kernels import ContrastiveKernelPCA
from tests.kernel_pairs import apart, digits, matrix, pair_correlation

X1, X2 = digits(60)
BOTH, PICTURE = np.vstack([X1, X2]), np.tile(np.arange(60), 2)


# --- an estimator ------------------------------------------------------------------------------


def test_parameters_are_read_set_and_cloned() -> None:
    model = ContrastiveKernelPCA(3, kernel="laplace", bandwidth=2.0, n_landmarks=50, random_state=4)
    parameters = {
        "n_components": 3,
        "kernel": "laplace",
        "bandwidth": 2.0,
        "n_landmarks": 50,
        "random_state": 4,
    }
    assert model.get_params() == parameters
    model.fit(X1, X2)
    assert model.get_params() == parameters  # fit writes nothing into them
    copy = clone(model)
    assert copy.get_params() == parameters
    with pytest.raises(NotFittedError):
        copy.transform(X1)
    model.set_params(n_components=2, n_landmarks=None)
    assert model.fit(X1, X2).transform(X1).shape == (60, 2)


def test_fit_returns_the_estimator_and_sets_what_is_documented() -> None:
    model = ContrastiveKernelPCA(3)
    assert model.fit(X1, X2) is model
    assert model.eigenvalues_.shape == (3,)
    assert (np.diff(model.eigenvalues_) < 0).all()
    assert model.n_learned_ == 3
    assert model.approximation_error_ == 0
    assert model.n_features_in_ == 64
    np.testing.assert_array_equal(
        ContrastiveKernelPCA(3).fit_transform(X1, X2), model.transform(X1)
    )


@pytest.mark.parametrize("call", ["transform", "effective_init", "step_times"])
def test_nothing_works_before_fit(call) -> None:
    with pytest.raises(NotFittedError, match="not fitted yet"):
        getattr(ContrastiveKernelPCA(3), call)(X1)


def test_a_fit_that_fails_leaves_things_as_they_were() -> None:
    model = ContrastiveKernelPCA(2)
    model.n_components = 500
    with pytest.raises(ValueError, match="n_components is 500"):
        model.fit(X1, X2)
    with pytest.raises(NotFittedError):
        model.transform(X1)
    model.n_components = 2
    before = model.fit(X1, X2).transform(X1)
    kernel, model.kernel = model.kernel, lambda a, b: -a @ b.T
    with pytest.raises(ValueError, match="not positive semi-definite"):
        model.fit(3 * X1[:, :5], X2[:, :5])
    model.kernel = kernel
    np.testing.assert_array_equal(model.transform(X1), before)


@pytest.mark.parametrize("n_landmarks", [None, 60])
@pytest.mark.parametrize("d", [2, 20])
def test_the_same_fit_twice_is_the_same(d, n_landmarks) -> None:
    first, second = (
        ContrastiveKernelPCA(d, n_landmarks=n_landmarks).fit(X1, X2).transform(X1) for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("n_landmarks", [None, 40])
def test_a_pickled_estimator_embeds_as_before(n_landmarks) -> None:
    model = ContrastiveKernelPCA(3, kernel="laplace", n_landmarks=n_landmarks).fit(X1, X2)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.transform(X1), model.transform(X1))


def test_inputs_stay_as_they_are() -> None:
    K = matrix("rbf", X1, X2)
    kept = [x.copy() for x in (X1, X2, K)]
    for n_landmarks in (None, 40):
        ContrastiveKernelPCA(3, n_landmarks=n_landmarks).fit(X1, X2).transform(X1)
    ContrastiveKernelPCA(3, kernel="precomputed").fit(K).transform(K)
    for x, before in zip((X1, X2, K), kept, strict=True):
        np.testing.assert_array_equal(x, before)


def test_columns_have_names() -> None:
    model = ContrastiveKernelPCA(2).fit(X1, X2)
    names = ["contrastivekernelpca0", "contrastivekernelpca1"]
    assert model.get_feature_names_out().tolist() == names
    pandas = pytest.importorskip("pandas", reason="pandas is not among the package's requirements")
    frame = model.set_output(transform="pandas").transform(pandas.DataFrame(X1))
    assert frame.columns.tolist() == names
    # A frame lies in memory by columns, and products sum in another order.
    np.testing.assert_allclose(frame.to_numpy(), model.set_output().transform(X1), atol=1e-14)


def test_parameters_set_after_fit_wait_for_the_next() -> None:
    model = ContrastiveKernelPCA(2).fit(X1, X2)
    before, score = model.transform(X1), model.score(X1, X2)
    for later in ("laplace", "precomputed", np.inner):
        model.set_params(kernel=later, bandwidth=3.0)
        np.testing.assert_array_equal(model.transform(X1), before)
        assert model.score(X1, X2) == score
    given = ContrastiveKernelPCA(2, kernel="precomputed").fit(K)
    before = given.transform(K)
    given.set_params(kernel="rbf")
    np.testing.assert_array_equal(given.transform(K), before)
    with pytest.raises(ValueError, match="kernel is 'precomputed'"):
        given.score(X1, X2)


def test_columns_of_frames_keep_their_order() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not among the package's requirements")
    names = [f"pixel {j}" for j in range(64)]
    first, second = (pandas.DataFrame(x, columns=names) for x in (X1, X2))
    turned = names[::-1]
    model = ContrastiveKernelPCA(2).fit(first, second)
    assert model.feature_names_in_.tolist() == names
    np.testing.assert_allclose(model.transform(X1), model.transform(first), atol=1e-14)
    both = pandas.concat([first, second])
    words = "has 'pixel 63' as column 0, and .* has 'pixel 0' there"
    with pytest.raises(ValueError, match="x2 " + words):
        ContrastiveKernelPCA(2).fit(first, second[turned])
    with pytest.raises(ValueError, match="x " + words):
        model.transform(first[turned])
    with pytest.raises(ValueError, match="x1 " + words):
        model.score(first[turned], second[turned])
    with pytest.raises(ValueError, match="x1 " + words):
        model.score(both[turned], PICTURE)
    assert not hasattr(model.fit(X1, X2), "feature_names_in_")


# --- in a Pipeline -----------------------------------------------------------------------------


def test_a_pipeline_takes_stacked_views() -> None:
    pipeline = make_pipeline(StandardScaler(), ContrastiveKernelPCA(3))
    F = pipeline.fit_transform(BOTH, PICTURE)
    scaled = StandardScaler().fit_transform(BOTH)
    by_hand = ContrastiveKernelPCA(3).fit(scaled[:60], scaled[60:])
    np.testing.assert_array_equal(F, by_hand.transform(scaled))
    # A product with fewer rows may be summed in another order.
    np.testing.assert_allclose(
        pipeline.fit(BOTH, PICTURE).transform(X1), F[:60], rtol=0, atol=1e-12
    )
    np.testing.assert_allclose(pair_correlation(F[:60], F[60:]), np.eye(3), atol=1e-12)
    assert pipeline.get_feature_names_out()[0] == "contrastivekernelpca0"


def test_a_classifier_comes_afterwards() -> None:
    labels = data.load_images("digits", n=60).y
    pipeline = make_pipeline(StandardScaler(), ContrastiveKernelPCA(20)).fit(BOTH, PICTURE)
    # Of ten classes one in ten is guessed right; the embedding knows far more.
    assert LogisticRegression().fit(pipeline.transform(X1), labels).score(
        pipeline.transform(X2), labels
    ) > 0.5  # fmt: skip


def test_the_order_of_the_views_does_not_matter() -> None:
    mixed = np.random.default_rng(0).permutation(120)
    stacked = ContrastiveKernelPCA(3).fit(X1, X2)
    by_number = ContrastiveKernelPCA(3).fit(BOTH[mixed], 7 * PICTURE[mixed])
    assert apart(by_number.transform(X1), stacked.transform(X1)) < 1e-10  # sums in another order
    F0 = np.random.default_rng(1).standard_normal((120, 3))
    np.testing.assert_allclose(
        by_number.effective_init(F0[mixed]), stacked.effective_init(F0), rtol=1e-9
    )


@pytest.mark.parametrize("split", [KFold(5), KFold(5, shuffle=True, random_state=0), KFold(2)])
def test_a_split_that_parts_pairs_is_refused(split) -> None:
    pipeline = make_pipeline(StandardScaler(), ContrastiveKernelPCA(3))
    for train, _ in split.split(BOTH):
        with pytest.raises(ValueError, match="x1 has .* rows and x2 is missing"):
            pipeline.fit(BOTH[train])
        with pytest.raises(ValueError, match="x2 .* GroupKFold"):
            pipeline.fit(BOTH[train], PICTURE[train])


def test_cross_validation_keeps_pairs() -> None:
    pipeline = make_pipeline(StandardScaler(), ContrastiveKernelPCA(3))
    scores = cross_val_score(pipeline, BOTH, PICTURE, groups=PICTURE, cv=GroupKFold(4))
    for score, (train, test) in zip(
        scores, GroupKFold(4).split(BOTH, groups=PICTURE), strict=True
    ):  # fmt: skip
        scaler = StandardScaler().fit(BOTH[train])
        first, second = (np.unique(PICTURE[rows]) for rows in (train, test))
        model = ContrastiveKernelPCA(3).fit(*(scaler.transform(x[first]) for x in (X1, X2)))
        F1, F2 = (model.transform(scaler.transform(x[second])) for x in (X1, X2))
        loss = ((pair_correlation(F1, F2) - np.eye(3)) ** 2).sum()
        assert score == pytest.approx(-loss, rel=1e-9)
    # On the pairs of fit C = I.
    assert ContrastiveKernelPCA(3).fit(X1, X2).score(X1, X2) == pytest.approx(0, abs=1e-20)


@pytest.mark.parametrize("labels", [np.arange(120) % 10, ["a", "b"] * 60], ids=["numbers", "words"])
def test_labels_are_refused_with_the_way_out(labels) -> None:
    pipeline = make_pipeline(StandardScaler(), ContrastiveKernelPCA(3))
    with pytest.raises(ValueError, match=r"x2 has shape \(120,\), like labels.*np\.vstack"):
        pipeline.fit(np.vstack([X1, X2]), labels)
    with pytest.raises(ValueError, match="like labels"):
        make_pipeline(ContrastiveKernelPCA(3), LogisticRegression()).fit(
            np.vstack([X1, X2]), labels
        )


# --- what is refused ---------------------------------------------------------------------------


def first_column(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[:, :1] + 0 * b[:, 0]


K = matrix("laplace", X1, X2)
REFUSED = {
    "stacked rows alone": ({}, (BOTH,), ValueError, "x1 has 120 rows and x2 is missing"),
    "numbers of fewer rows": ({}, (BOTH, PICTURE[1:]), ValueError, r"x2 .*\(119,\).*\(120,\)"),
    "a picture with one view": (
        {}, (BOTH[1:], PICTURE[1:]), ValueError, "x2 .* 0 in it 1 times.*GroupKFold",
    ),
    "views of two shapes": ({}, (X1, X2[:5]), ValueError, r"x2 has shape \(5, 64\).*\(60, 64\)"),
    "rows of two lengths": ({}, (X1, [[1.0], [1.0, 2.0]]), TypeError, "x2 is a list"),
    "a hole": ({}, (X1, np.full_like(X1, np.nan)), ValueError, "x2 has 3840 entries NaN"),
    "words": ({}, ("ab", X2), TypeError, "x1 is the str 'ab'"),
    "no components": ({"n_components": 0}, (X1, X2), ValueError, "n_components is 0"),
    "too many components": (
        {"n_components": 121}, (X1, X2), ValueError, "between 1 and 120, the number of views",
    ),
    "half a component": ({"n_components": 1.5}, (X1, X2), TypeError, "n_components is the float"),
    "another name": ({"kernel": "poly"}, (X1, X2), ValueError, "kernel is 'poly'.*'laplace'"),
    "a matrix as kernel": ({"kernel": K}, (X1, X2), TypeError, "an ndarray.*kernel='precomputed'"),
    "a negative width": ({"bandwidth": -1}, (X1, X2), ValueError, "bandwidth is -1.*> 0"),
    "a width for none": (
        {"kernel": first_column, "bandwidth": 1.0}, (X1, X2), ValueError, "bandwidth is given",
    ),
    "equal rows": ({}, (X1[:1], X1[:1]), ValueError, "no median distance; give bandwidth"),
    "a seed below 0": ({"random_state": -1}, (X1, X2), ValueError, "random_state is -1"),
    "a seed that is none": ({"random_state": None}, (X1, X2), TypeError, "random_state is None"),
    "an asymmetric function": (
        {"kernel": first_column}, (X1, X2), ValueError, r"kernel\(x, x\) is not symmetric",
    ),
    "and with landmarks": (
        {"kernel": first_column, "n_landmarks": 50}, (X1, X2), ValueError,
        r"kernel\(x, x\) is not symmetric",
    ),
    "a function of another shape": (
        {"kernel": lambda a, b: a @ b.T[:, :3]}, (X1, X2), ValueError,
        r"kernel\(x1, x2\) has shape \(120, 3\); it must be \(120, 120\)",
    ),
    "minus a kernel": (
        {"kernel": lambda a, b: -a @ b.T}, (X1, X2), ValueError, "not positive semi-definite",
    ),
    "an indefinite kernel": (
        {"kernel": lambda a, b: np.tanh(3 * a @ b.T - 1)}, (X1, X2), ValueError,
        "not positive semi-definite: after .* positive pivots",
    ),
    "K̃ and second views": (
        {"kernel": "precomputed"}, (K, X2), ValueError, "x2 is given and the kernel is precomputed",
    ),
    "an odd K̃": ({"kernel": "precomputed"}, (K[:7, :7],), ValueError, r"x1 .*\(7, 7\).*\(2n, 2n\)"),
    "K̃ that is not square": ({"kernel": "precomputed"}, (K[:6],), ValueError, "square"),
    "K̃ that is not symmetric": (
        {"kernel": "precomputed"}, (np.triu(K),), ValueError, "x1 is not symmetric",
    ),
    "an indefinite K̃": (
        {"kernel": "precomputed"}, (K - 0.2 * np.eye(120),), ValueError,
        "not positive semi-definite",
    ),
    "a K̃ a little indefinite": (
        {"kernel": "precomputed"}, (K - (np.linalg.eigvalsh(K)[0] + 1e-6) * np.eye(120),),
        ValueError, "not positive semi-definite",
    ),
    "landmarks of K̃": (
        {"kernel": "precomputed", "n_landmarks": 50}, (K,), ValueError,
        "n_landmarks is given and K̃ is precomputed",
    ),
    "fewer landmarks than d": ({"n_landmarks": 1}, (X1, X2), ValueError, "n_landmarks is 1"),
    "more landmarks than views": (
        {"n_landmarks": 121}, (X1, X2), ValueError, "n_landmarks is 121.*between 2 and 120",
    ),
    "landmarks beyond memory": (
        {"n_landmarks": 10_001, "bandwidth": 1.0}, 2 * (np.zeros((6_000, 1)),), ValueError,
        "between 2 and 10000",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_fitted_is_refused(what) -> None:
    parameters, given, error, words = REFUSED[what]
    model = ContrastiveKernelPCA(**{"n_components": 2} | parameters)
    with pytest.raises(error, match=words):
        model.fit(*given)


def test_what_cannot_be_embedded_is_refused() -> None:
    model = ContrastiveKernelPCA(2).fit(X1, X2)
    with pytest.raises(ValueError, match=r"x has shape \(60, 5\).*the columns of fit"):
        model.transform(X1[:, :5])
    with pytest.raises(ValueError, match=r"x has shape \(64,\)"):
        model.transform(X1[0])
    with pytest.raises(ValueError, match=r"F0 has shape \(60, 2\).*\(120, 2\)"):
        model.effective_init(X1[:, :2])
    with pytest.raises(ValueError, match=r"s0\[0\] is -1"):
        model.step_times(-1)
    with pytest.raises(TypeError, match="s0 is a list"):
        model.step_times([[1, 2], [3]])
    with pytest.raises(ValueError, match="kernel is 'precomputed'"):
        ContrastiveKernelPCA(2, kernel="precomputed").fit(K).score(K, K)
    given = ContrastiveKernelPCA(2, kernel="precomputed").fit(K)
    with pytest.raises(ValueError, match=r"\(3, 60\).*\(n, 120\)"):
        given.transform(K[:3, :60])
