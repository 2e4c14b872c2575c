"""Which input sample of a transposed convolution reaches which output sample, along one spatial axis.

Input i puts tap j at position stride*i + dilation*j of the whole output; padding then crops that at both ends, and output_padding
gives back samples at the right end: those that were cropped, and behind them ones that no kernel reaches.
"""

from __future__ import annotations

from dataclasses import dataclass

from convt_lint.geometry import Axis, output_length, overlap

MAX_INPUTS = 200
MAX_COLUMNS = 400


@dataclass(frozen=True, slots=True)
class Picture:
    """A layer run on `length` samples. `taps[i]` are the positions that input i reaches, from 0, in the output before it is cropped."""

    axis: Axis
    length: int
    taps: tuple[tuple[int, ...], ...]

    @property
    def first(self) -> int:
        """The position of output sample 0."""
        return self.axis.padding

    @property
    def outputs(self) -> int:
        """How many samples the output has; none where everything is cropped."""
        return max(0, output_length(self.length, self.axis))

    @property
    def columns(self) -> int:
        """How many positions there are: those that a kernel reaches and those that the output has."""
        reached = self.axis.stride * (self.length - 1) + self.axis.dilation * (self.axis.kernel_size - 1) + 1
        return max(reached, self.first + self.outputs)

    def is_cropped(self, position: int) -> bool:
        """Whether padding takes a position away."""
        return not self.first <= position < self.first + self.outputs

    def coverage(self) -> tuple[int, ...]:
        """How many input samples reach each output sample; 0 where it gets the bias alone."""
        counts = [0] * self.columns
        for positions in self.taps:
            for position in positions:
                counts[position] += 1
        return tuple(counts[self.first : self.first + self.outputs])

    def cropped(self) -> tuple[int, int]:
        """How many positions that some input reaches are cropped on the left and on the right."""
        reached = {position for positions in self.taps for position in positions}
        last = self.first + self.outputs
        return sum(position < self.first for position in reached), sum(position >= last for position in reached)

    def bare(self) -> tuple[int, ...]:
        """The output samples that get the bias alone."""
        return tuple(index for index, count in enumerate(self.coverage()) if count == 0)

    def is_uneven(self) -> bool:
        """Whether neighbours in the middle, where no end is near, are reached by different numbers of inputs: a checkerboard."""
        fewest, most = overlap(self.axis)
        return fewest != most

    def shows_unlike_neighbours(self) -> bool:
        """Whether different numbers of inputs reach neighbouring outputs in this very picture, be it at its ends."""
        return len(set(self.coverage())) > 1


def picture(length: int, axis: Axis) -> Picture:
    """The picture of a legal layer on an input of `length` samples. Raises ValueError where that is too large to look at."""
    made = Picture(axis, length, ())
    if length > MAX_INPUTS or made.columns > MAX_COLUMNS:
        raise ValueError(f"{length} inputs and {made.columns} positions are too many to draw (at most {MAX_INPUTS} and {MAX_COLUMNS})")
    taps = tuple(tuple(axis.stride * index + axis.dilation * tap for tap in range(axis.kernel_size)) for index in range(length))
    return Picture(axis, length, taps)
