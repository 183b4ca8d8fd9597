using Braid.Checking;

namespace Braid.Soundness;

/// <summary>What the checker's search sees of a program beside what can happen in it.</summary>
internal sealed record Comparison(SmallProgram Program, Interpreter Possible, Checked Checked)
{
    /// <summary>Different moments for each schedule, as a rule many less.</summary>
    private const int MomentsPerSchedule = 15;

    /// <summary>Too much can happen in it to look at everything.</summary>
    public bool IsTooLarge => Possible.IsTooLarge || Checked.IsTooLarge;

    public bool IsEqual => IsTooLarge || !Differences().Any();

    /// <param name="program">What to compare.</param>
    /// <param name="batch">Where it is compiled.</param>
    /// <param name="mostSchedules">The program is too large if there are more.</param>
    /// <param name="strategy">How the checker goes through them.</param>
    public static Comparison Of(SmallProgram program, Batch batch, int mostSchedules, SearchStrategy strategy)
    {
        var possible = Interpreter.Run(program, MomentsPerSchedule * mostSchedules);
        return new(program, possible, possible.IsTooLarge ? Checked.Nothing(program, batch) : Checked.Run(program, batch, mostSchedules, strategy));
    }

    /// <summary>The difference, and the program to run.</summary>
    public override string ToString() =>
        $"Program {Program.Number} of seed {Program.Seed}, {Checked.Schedules:n0} schedules:{Environment.NewLine}{string.Concat(Differences().Select(line => $"  {line}{Environment.NewLine}"))}{Environment.NewLine}{SourceText.Alone(Program)}";

    /// <remarks>
    /// Of races: each that can be shown by two accesses in succession is reported, none that is not one, and for each place at least one. Two accesses with others in
    /// between that time alone orders may be reported or not.
    /// </remarks>
    private IEnumerable<string> Differences() =>
    [
        .. Checked.Errors.Select(error => $"error: {error}"),
        .. Possible.Outcomes.Except(Checked.Outcomes).Select(outcome => $"missed by the checker: {outcome}"),
        .. Checked.Outcomes.Except(Possible.Outcomes).Select(outcome => $"seen by the checker alone: {outcome}"),
        .. Possible.Adjacent.Except(Checked.Races).Select(race => $"race missed by the checker, of operations {race}"),
        .. Checked.Races.Except(Possible.Unordered).Select(race => $"race reported by the checker alone, of operations {race}"),
        .. Possible.UnorderedByThing.Where(place => !place.Any(Checked.Races.Contains)).Select(place => $"no race reported of {Program.Things[place.Key].Name}"),
    ];
}
