"""The rules, one module each. `RULES` maps codes to rules; adding a rule is adding a module and a row in `_CLASSES`."""

from __future__ import annotations

from collections.abc import Collection

from convt_lint.facts import Facts
from convt_lint.rules.base import Report, Rule
from convt_lint.rules.cvt001_cannot_analyse import CannotAnalyse
from convt_lint.rules.cvt002_bad_annotation import BadAnnotation
from convt_lint.rules.cvt003_unused_suppression import UnusedSuppression
from convt_lint.rules.cvt101_negative_output_padding import NegativeOutputPadding
from convt_lint.rules.cvt102_output_padding_too_large import OutputPaddingTooLarge
from convt_lint.rules.cvt103_non_positive_argument import NonPositiveArgument
from convt_lint.rules.cvt104_indivisible_groups import IndivisibleGroups
from convt_lint.rules.cvt105_unsupported_padding import UnsupportedPadding
from convt_lint.rules.cvt106_wrong_arity import WrongArity
from convt_lint.rules.cvt107_bad_call import BadCall
from convt_lint.rules.cvt108_misplaced_argument import MisplacedArgument
from convt_lint.rules.cvt201_length_mismatch import LengthMismatch
from convt_lint.rules.cvt202_unreachable_length import UnreachableLength
from convt_lint.rules.cvt203_empty_output import EmptyOutput
from convt_lint.rules.cvt204_output_size_out_of_range import OutputSizeOutOfRange
from convt_lint.rules.cvt205_channel_mismatch import ChannelMismatch
from convt_lint.rules.cvt206_shapes_do_not_meet import ShapesDoNotMeet
from convt_lint.rules.cvt207_inexact_upsampling import InexactUpsampling
from convt_lint.rules.cvt208_size_comment_disagrees import SizeCommentDisagrees
from convt_lint.rules.cvt301_length_dependent import LengthDependent
from convt_lint.rules.cvt302_silent_tail import SilentTail
from convt_lint.rules.cvt303_gaps import Gaps
from convt_lint.rules.cvt304_uneven_overlap import UnevenOverlap
from convt_lint.rules.cvt305_stale_channels import StaleChannels
from convt_lint.selection import DEFAULT, Selection

__all__ = ["RULES", "Report", "Rule", "run_rules"]

_CLASSES: tuple[type[Rule], ...] = (
    CannotAnalyse,
    BadAnnotation,
    UnusedSuppression,
    NegativeOutputPadding,
    OutputPaddingTooLarge,
    NonPositiveArgument,
    IndivisibleGroups,
    UnsupportedPadding,
    WrongArity,
    BadCall,
    MisplacedArgument,
    LengthMismatch,
    UnreachableLength,
    EmptyOutput,
    OutputSizeOutOfRange,
    ChannelMismatch,
    ShapesDoNotMeet,
    InexactUpsampling,
    SizeCommentDisagrees,
    LengthDependent,
    SilentTail,
    Gaps,
    UnevenOverlap,
    StaleChannels,
)

RULES: dict[str, Rule] = {rule.code: rule() for rule in _CLASSES}
"""Code to rule, in the order of the codes."""


def run_rules(facts: Facts, selection: Selection | Collection[str] = DEFAULT) -> list[tuple[Rule, Report]]:
    """What the selected rules say of one file's facts, rule by rule; whether a report's path can be taken is the caller's to judge."""
    return [(rule, report) for rule in RULES.values() if rule.code in selection for report in rule.check(facts)]
