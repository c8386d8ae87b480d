"""Checks of chapter 1: collapse, three losses, the spectrum, a first staircase."""

from __future__ import annotations

from ... import losses
from ..engine import Exercise, Part
from . import barlow_twins, collapse, nt_xent, staircase, vicreg

EXERCISES = (
    Exercise(
        id="1.1",
        title="What is left when only agreement is paid?",
        own=1,
        right="Right. Variance 1 in each dimension forbids the point, and allows d copies of one "
        "direction: dimensional collapse.",
        hint="",
        parts=(Part("number of eigenvalues", 1, collapse.count_when_only_agreement_is_paid),),
    ),
    Exercise(
        id="1.2",
        title="Barlow Twins",
        own=losses.barlow_twins,
        right="Right. Every entry of C is a correlation, so shifting or stretching a dimension "
        "changes nothing, until its variance comes near eps.",
        hint="z1 and z2 are tensors (n, d). C is (d, d): the transpose stands on the left.",
        parts=(
            Part("value", 2, barlow_twins.barlow_twins_value),
            Part("small embeddings", 1, barlow_twins.barlow_twins_small),
            Part("gradient", 1, barlow_twins.barlow_twins_gradient),
        ),
        misconceptions=barlow_twins.BARLOW_TWINS_MISTAKES,
    ),
    Exercise(
        id="1.3",
        title="What copies cost in Barlow Twins",
        own=barlow_twins.copies_loss,
        right="Right. Copies cost nothing on the diagonal and lam for each ordered pair inside a "
        "group: at lam = 0.0051 eight copies cost 0.29 in all, and one constant dimension costs 1.",
        hint="d, k and lam are plain numbers; return one number.",
        parts=(
            Part("one group", 1, barlow_twins.all_copies),
            Part("k groups", 2, barlow_twins.groups_of_copies),
        ),
        misconceptions=barlow_twins.COPIES_MISTAKES,
    ),
    Exercise(
        id="1.4",
        title="NT-Xent",
        own=losses.nt_xent,
        right="Right. It is a classification: each of 2n embeddings picks its partner among "
        "2n − 1 candidates.",
        hint="Stack the views to (2n, d); the similarities are then (2n, 2n).",
        parts=(
            Part("value on unit vectors", 2, nt_xent.nt_xent_value),
            Part("any length", 1, nt_xent.nt_xent_length),
            Part("gradient", 1, nt_xent.nt_xent_gradient),
        ),
        misconceptions=nt_xent.NT_XENT_MISTAKES,
    ),
    Exercise(
        id="1.5",
        title="What NT-Xent charges for k points",
        own=nt_xent.cluster_loss,
        right="Right. At complete collapse all 2n − 1 candidates look alike: guessing costs "
        "log(2n − 1), and no temperature changes that.",
        hint="n, k and temperature are plain numbers; return one number.",
        parts=(
            Part("complete collapse", 1, nt_xent.one_point),
            Part("k points", 2, nt_xent.k_points),
        ),
        misconceptions=nt_xent.CLUSTER_MISTAKES,
    ),
    Exercise(
        id="1.6",
        title="VICReg",
        own=vicreg.vicreg_terms,
        right="Right. Each term charges for one thing: disagreeing, shrinking, repeating.",
        hint="z1 and z2 are tensors (n, d). Return three tensors with one entry each, separated by "
        "commas.",
        parts=(
            Part("invariance", 1, vicreg.invariance_term),
            Part("variance", 1, vicreg.variance_term),
            Part("covariance", 1, vicreg.covariance_term),
            Part("gradient", 1, vicreg.vicreg_gradient),
        ),
    ),
    Exercise(
        id="1.7",
        title="Read a spectrum",
        own=collapse.spectrum,
        right="Right. d equal eigenvalues give d, one alone gives 1, and the scale of z plays no "
        "part in the effective rank.",
        hint="z is a NumPy array (n, d). Return the eigenvalues and the effective rank, in this "
        "order.",
        parts=(
            Part("eigenvalues", 2, collapse.eigenvalues_part),
            Part("effective rank, all directions alive", 1, collapse.effective_rank_part),
            Part("effective rank, some directions dead", 1, collapse.dead_directions_part),
        ),
    ),
    Exercise(
        id="1.8",
        title="One eigenvalue at a time",
        own=staircase.staircase,
        right="Right. Same data, same step size: the eigenvalues of C rise one after another, "
        "and the loss falls with them.",
        hint="W is (d, m), so the embeddings are x @ W.T, (n, d). Train a copy of W that requires "
        "a gradient.",
        parts=(
            Part("losses", 2, staircase.losses_part),
            Part("eigenvalues", 2, staircase.eigenvalues_record_part),
            Part("passed", 1, staircase.passed_part),
        ),
    ),
)
