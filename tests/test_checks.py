"""The exercise engine: its four verdicts, its two modes, and what it never does."""

import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from scipy import optimize

from stepwise_ssl.checks import BrokenCheck, engine, feedback, learning, registry
from stepwise_ssl.checks.asking import once_a_draw
from stepwise_ssl.checks.engine import Exercise, Misconception, Part, run
from stepwise_ssl.checks.registry import find
from tests.answers.chapter_05 import WRONG
from tests.answers.chapter_07 import WRONG as CHAPTER_7
from tools.mutation import answer_from, quiet_run, reference_cells


def _doubles(trial):
    x = trial.rng.normal(size=(4, 3))
    got = trial.array(trial.call(x), shape=(4, 3), what="2x")
    trial.close(got, x + x, "2x", why="adding x to itself")


def _doubles_large(trial):
    x = trial.rng.normal(size=(2, 3)) * 1e6
    trial.close(trial.array(trial.call(x), shape=(2, 3)), x + x, "2x")


def own_double(x):
    return 2 * x


EXERCISE = Exercise(
    id="9.1",
    title="Double",
    own=own_double,
    right="Right. Twice is once and once again.",
    hint="x is an array.",
    parts=(Part("small", 2, _doubles), Part("large", 1, _doubles_large)),
    misconceptions=(Misconception(lambda x: x * x, "You squared: at x = 3 that is 9, not 6."),),
)
VALUE = Exercise(
    id="9.2",
    title="Predict",
    own=7.0,
    right="Right.",
    hint="",
    parts=(Part("value", 1, lambda t: t.close(t.number(), 7.0, "the loss")),),
    misconceptions=(Misconception(10.0, "10 is the loss before any step."),),
)


@pytest.fixture(autouse=True)
def exercises_of_this_file(monkeypatch):
    known = {"9.1": EXERCISE, "9.2": VALUE}
    monkeypatch.setattr(learning, "find", lambda number: known.get(number) or find(number))


def stub(x):
    raise NotImplementedError("Exercise 9.1")


def test_right_returns_the_learners_function(capsys):
    mine = lambda x: x * 2.0  # noqa: E731
    assert learning.check("9.1", mine) is mine
    assert "Exercise 9.1: right" in capsys.readouterr().out


def test_not_yet_returns_the_courses_own(capsys):
    assert learning.check("9.1", stub) is own_double
    out = capsys.readouterr().out
    assert "not yet" in out and "goes on with the course's own_double" in out


def test_wrong_says_the_numbers_and_names_the_misconception():
    outcome = run(EXERCISE, lambda x: x * x)
    assert outcome.verdict == engine.WRONG and outcome.named
    assert "should be" in outcome.message and "You squared" in outcome.message


def test_wrong_without_a_name_still_says_the_numbers():
    outcome = run(EXERCISE, lambda x: np.sin(7 * x) + x**2)
    assert outcome.verdict == engine.WRONG and not outcome.named
    assert "adding x to itself" in outcome.message and "x of shape (4, 3)" in outcome.message


@pytest.mark.parametrize("answer", [lambda x: x * np.nan, lambda x: x * x + 0j])
def test_nan_or_complex_results_prove_no_misconception(answer):
    nowhere = Misconception(lambda x: x * np.nan, "Your numbers are nowhere.")
    exercise = replace(EXERCISE, misconceptions=(nowhere, *EXERCISE.misconceptions))
    outcome = run(exercise, answer)
    assert outcome.verdict == engine.WRONG
    assert "nowhere" not in outcome.message and "You squared" not in outcome.message


def test_a_diagnosis_from_the_error_gives_way_to_a_known_misconception():
    def part(trial):
        x = trial.rng.normal(size=3)
        trial.close(trial.call(x), 2 * x, "2x", otherwise="Too large.")

    exercise = replace(EXERCISE, parts=(Part("p", 1, part),))
    unknown, known = run(exercise, lambda x: np.exp(x) + x), run(exercise, lambda x: x * x)
    assert unknown.named and unknown.message.startswith("Too large.")
    assert known.named and "You squared" in known.message and "Too large" not in known.message


@pytest.mark.parametrize(
    "number, title, words",
    [
        # One hidden layer without biases gives the first two, and the third, one number.
        ("5.3", "W_std missing in Theta", "Your σ_w² is missing"),
        ("5.3", "Theta starts as the inputs", "Your Θ starts as x·x'/m"),
        ("5.3", "nothing squared", "Yours are not squared"),
        ("5.4", "sorted by size", "You sort by |γ|"),
        ("5.5", "compared with k", "You compare with k"),  # at one input, k = 2E[σσ]
        ("5.8", "points of length √2", "length √2"),  # without biases, only a factor
        ("5.8", "complex", "take .real"),
        ("5.9", "move of the embeddings", "how far the embeddings go"),  # from 0 both go to 1
        ("5.9", "move of the eigenvalues", "how far the λ go"),
    ],
)
def test_slips_that_look_alike_are_told_apart(number, title, words):
    namespace, solutions = reference_cells(5)
    name = solutions[number][0]
    outcome = quiet_run(registry.find(number), answer_from(WRONG[number][title], namespace, name))
    assert outcome.verdict == engine.WRONG and words in outcome.message


def test_the_inputs_of_a_step_give_its_number_again_and_again():
    """The second step begins with the gradient that the first one left."""
    namespace, solutions = reference_cells(7)
    code = CHAPTER_7["7.2"]["gradients not cleared"]
    step = answer_from(code, namespace, solutions["7.2"][0])
    learning.check("7.2", step)
    for _ in range(2):
        given = learning.inputs("7.2")
        before = given["model"][0].weight.detach().clone()
        step(**given)
        moved = before - given["model"][0].weight.detach()
        message = run(registry.find("7.2"), step).message
        assert "What step 2 takes from 0.weight" in message
        assert f"yours is {moved[_place(message)]:.6g}." in message


def _place(message: str) -> tuple[int, ...]:
    numbers = re.search(r"entry \(([\d, ]+)\), counted from 1", message)
    return tuple(int(i) - 1 for i in numbers[1].split(","))


def test_a_truth_is_computed_once_for_a_draw():
    asked = []
    truth = once_a_draw(lambda x, other: asked.append(1) or x.sum())
    for x in (np.ones(3), np.ones(3), np.zeros(3)):
        truth(x, torch.tensor([1.0], requires_grad=True))
    assert len(asked) == 2
    truth(np.ones(3), lambda: 0)  # what cannot be kept is computed
    truth(np.ones(3), lambda: 0)
    assert len(asked) == 4


def test_raised_shows_the_learners_own_line():
    def broken(x):
        y = x.reshape(7)  # this line
        return y

    outcome = run(EXERCISE, broken)
    assert outcome.verdict == engine.RAISED
    assert "ValueError" in outcome.message and "y = x.reshape(7)" in outcome.message
    assert outcome.message.endswith("Inputs: x of shape (4, 3).")


def test_a_caret_for_a_power_is_explained():
    assert "a power is written **" in run(EXERCISE, lambda x: x ^ 2).message


@pytest.mark.parametrize("search", [optimize.brentq, optimize.bisect, optimize.ridder])
def test_a_search_between_two_ends_of_one_sign_is_explained(search):
    outcome = run(EXERCISE, lambda x: search(lambda root: root - 2, 0, 1) * x)
    assert outcome.verdict == "raised" and "one sign at both ends" in outcome.message


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda x: None, "None"),
        (lambda x: (2 * x).T, "transpose"),
        (lambda x: (2 * x)[0], "shape"),
        (lambda x: 2 * x * np.nan, "nan"),
        (lambda x: 2 * x + 0j, "take .real"),
        (lambda x: 2j * x, ".real would hide that"),
        (lambda x: "text", "numbers"),
        (3.0, "function"),
    ],
)
def test_malformed_results_get_their_own_message(answer, words):
    outcome = run(EXERCISE, answer)
    assert outcome.verdict == engine.WRONG and words in outcome.message


def test_an_array_with_one_entry_is_told_from_a_number():
    one = lambda t: t.close(t.array(t.call(3.0), shape=(), what="2x"), 6.0, "2x")  # noqa: E731
    exercise = Exercise("9.5", "", own_double, "Right.", "", (Part("p", 1, one),))
    outcome = run(exercise, lambda x: np.array([2 * x]))
    assert outcome.verdict == engine.WRONG and outcome.named
    assert "shape (1,)" in outcome.message and "[0] takes the entry out" in outcome.message
    assert run(exercise, lambda x: np.array(2 * x)).verdict == engine.RIGHT


def test_changing_an_argument_in_place_is_refused():
    def in_place(x):
        x *= 2
        return x

    assert "in place" in run(EXERCISE, in_place).message


def test_single_precision_is_taken():
    assert run(EXERCISE, lambda x: np.float32(2) * x.astype(np.float32)).verdict == engine.RIGHT


def test_double_precision_gets_no_single_precision_tolerance():
    assert run(EXERCISE, lambda x: (2 + 1e-4) * x).verdict == engine.WRONG


@pytest.mark.parametrize(
    "part",
    [
        lambda trial: trial.call(np.ones((4, 3))),  # compares nothing
        lambda trial: {}["missing"],  # raises
        lambda trial: trial.close(0.0, np.nan, "x"),  # compares with NaN
    ],
)
def test_a_broken_check_is_loud_and_never_right(part):
    broken = Exercise("9.3", "", own_double, "Right.", "", (Part("p", 1, part),))
    with pytest.raises(BrokenCheck):
        run(broken, lambda x: 2 * x)


def test_value_exercises():
    assert learning.check("9.2", ...) == 7.0
    assert learning.check("9.2", 7) == 7
    outcome = run(VALUE, 10)
    assert outcome.verdict == engine.WRONG and "before any step" in outcome.message
    assert run(VALUE, "seven").verdict == engine.WRONG
    assert "yours is None" in run(VALUE, None).message


def test_a_right_value_comes_back_as_numbers_that_numpy_reads(capsys):
    returned = learning.check("5.6", (Fraction(1, 2), 8, torch.tensor(0.0)))
    assert np.asarray(returned).dtype == float and returned == (0.5, 8, 0)
    listed = [2, 1, 3]
    assert learning.check("6.4", listed) == listed


def test_a_message_never_prints_the_answer_of_a_value_exercise():
    hidden = Exercise(
        "9.4", "", 7.25, "Right.", "",
        (Part("v", 1, lambda t: t.require(abs(t.number() - 7.25) < 0.1, "Count the modes.")),),
    )  # fmt: skip
    assert "7.25" not in run(hidden, 3.0).message


def test_random_states_are_left_alone():
    np.random.seed(0)  # noqa: NPY002 the generator that a learner may use
    torch.manual_seed(0)
    expected = np.random.rand(), torch.rand(1).item()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002 the generator that a learner may use
    torch.manual_seed(0)
    draws = lambda: np.random.rand() + torch.rand(1).item()  # noqa: E731, NPY002
    run(EXERCISE, lambda x: 2 * x + 0 * draws())
    assert (np.random.rand(), torch.rand(1).item()) == expected  # noqa: NPY002


def test_graded_mode_returns_the_object_unchanged(capsys):
    assert learning.graded_check("9.1", stub) is stub
    half = lambda x: 2 * x if abs(x).max() < 1e3 else x  # noqa: E731
    assert learning.graded_check("9.1", half) is half
    assert "2 of 3 points" in capsys.readouterr().out


def test_an_exercise_is_found_by_its_number():
    assert registry.find("2.4") is registry.find(2.4)
    with pytest.raises(ValueError, match="exercise_id is '2,4'; the exercises are 1.1, 1.2"):
        registry.find("2,4")


def test_feedback_is_escaped_html_and_plain_text():
    outcome = engine.Outcome(engine.WRONG, "a < b & c", passed=("small",))
    shown = feedback.Feedback(EXERCISE, outcome, "")
    assert "a &lt; b &amp; c" in shown._repr_html_()
    assert "a < b & c" in repr(shown) and "Already right: small" in repr(shown)


def test_a_terminal_shows_code_in_quotes_and_no_marks():
    message = "With `2 *b* c` in place of `c` the *last* value counts: 2 * b * c."
    printed = "the *last* `c`\n"
    shown = feedback.Feedback(
        EXERCISE, engine.Outcome(engine.WRONG, message, printed=printed), ending=""
    )
    said = " ".join(repr(shown).split())
    assert "With ‘2 *b* c’ in place of ‘c’ the last value counts: 2 * b * c." in said
    assert printed.strip() in said
    page = shown._repr_html_()
    assert "<code>2 *b* c</code>" in page and "<em>last</em> value" in page
    assert printed.strip() in page


def test_what_the_learner_prints_is_shown_once():
    def chatty(x):
        print("shape", x.shape)
        return 3 * x

    outcome = run(EXERCISE, chatty)
    assert outcome.printed == "shape (4, 3)\n"
