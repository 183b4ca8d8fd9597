namespace Braid.Soundness;

/// <summary>What the checker's search sees of a program beside what can happen in it.</summary>
internal sealed record Comparison(SmallProgram Program, Interpreter Possible, Checked Checked)
{
    private const int MostMoments = 60_000;
    private const int MostSchedules = 4_000;

    /// <summary>Too much can happen in it to look at everything.</summary>
    public bool IsTooLarge => Possible.IsTooLarge || Checked.IsTooLarge;

    public bool IsEqual => IsTooLarge || !Differences().Any();

    public static Comparison Of(SmallProgram program, Batch batch) =>
        new(program, Interpreter.Run(program, MostMoments), Checked.Run(program, batch, MostSchedules));

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
