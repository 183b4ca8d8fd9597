using System.Reflection;
using Braid.Checking;
using Braid.Checking.Engine;
using Braid.Checking.Oracles;
using Braid.Checking.Reports;

namespace Braid.Soundness;

/// <summary>Everything that the checker's search sees happen in a program.</summary>
internal sealed class Checked
{
    private const int StackBytes = 16 << 20;

    private readonly SmallProgram _program;
    private readonly Batch _batch;
    private readonly int _most;
    private readonly SearchStrategy _strategy;
    private Func<string>? _tell;
    private int _ends;
    private int _nextCollection = 1;

    private Checked(SmallProgram program, Batch batch, int most, SearchStrategy strategy) =>
        (_program, _batch, _most, _strategy) = (program, batch, most, strategy);

    /// <summary>How runs have ended: see <see cref="Interpreter.Outcomes"/>.</summary>
    public SortedSet<string> Outcomes { get; } = new(StringComparer.Ordinal);

    /// <summary>The operations that were reported to race.</summary>
    public SortedSet<(int, int)> Races { get; } = [];

    /// <summary>What has gone wrong with the search itself, or was reported of places that are no operations.</summary>
    public SortedSet<string> Errors { get; } = new(StringComparer.Ordinal);

    public long Schedules { get; private set; }

    /// <summary>One schedule of each order was run, and not all schedules.</summary>
    public bool LeftOrdersOut { get; private set; }

    /// <summary>The search was given up.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>For a program that is not to be checked.</summary>
    public static Checked Nothing(SmallProgram program, Batch batch) => new(program, batch, 0, default) { IsTooLarge = true };

    /// <param name="program">What to check.</param>
    /// <param name="batch">Where it is compiled.</param>
    /// <param name="most">Schedules to run.</param>
    /// <param name="strategy">How to go through all of them.</param>
    public static Checked Run(SmallProgram program, Batch batch, int most, SearchStrategy strategy)
    {
        var run = new Checked(program, batch, most, strategy);
        Exception? thrown = null;
        var explorer = new Thread(() =>
        {
            try
            {
                run.Explore();
            }
            catch (Exception e)
            {
                thrown = e;
            }
        }, StackBytes);
        explorer.Start();
        explorer.Join();
        if (thrown is not null)
        {
            run.Errors.Add($"{thrown.GetType().Name}: {thrown.Message}");
        }

        return run;
    }

    private void Explore()
    {
        Subject subject = Subject.Of(_batch.BodyOf(_program));
        MethodInfo tell = subject.Context.Subject.GetType(_program.Name, throwOnError: true)!.GetMethod("Tell")!;
        _tell = tell.CreateDelegate<Func<string>>();
        using var explorer = new Explorer(subject, new CheckOptions
        {
            Strategy = _strategy,
            Preemptions = int.MaxValue,
            Schedules = _most,
            Time = Timeout.InfiniteTimeSpan,
            Races = RaceMode.Explore,
            Clock = _program.Racing ? ClockMode.Racing : ClockMode.Quiescent,
        })
        {
            Observer = Observe,
        };
        AppContext.SetData(SourceText.AtEnd, (Action)CollectSometimes);
        CheckReport report = explorer.Explore();
        subject.Return();
        Schedules = report.Schedules;
        LeftOrdersOut = explorer.LeavesOrdersOut;
        IsTooLarge = report.Schedules >= _most;
        if (report.Verdict is not (Verdict.Passed or Verdict.NothingChecked) || (!explorer.HasRunAll && !IsTooLarge))
        {
            Errors.Add($"{report.Verdict}: {report.Sentence}");
        }
    }

    /// <summary>A run in which garbage is collected is run again, and nothing that it has shown may be lost: at its end it has shown all.</summary>
    private void CollectSometimes()
    {
        if (++_ends == _nextCollection)
        {
            _nextCollection *= 3;
            GC.Collect(0);
        }
    }

    private void Observe(Execution execution)
    {
        Outcomes.Add(End(execution.Failure));
        foreach (RaceNote note in execution.RaceNotes)
        {
            if (OpAt(note.Pair.First) is { } one && OpAt(note.Pair.Second) is { } other)
            {
                if (note.Standing != (_program.Things[one.Thing].Kind == ThingKind.Box ? RaceStanding.Publication : RaceStanding.Fault))
                {
                    Errors.Add($"{note.Standing}: {note.Failure.Sentence}");
                }

                Races.Add((Math.Min(one.Id, other.Id), Math.Max(one.Id, other.Id)));
            }
            else if (note.Standing != RaceStanding.Publication)
            {
                Errors.Add(note.Failure.Sentence);
            }
        }
    }

    private Op? OpAt(int site) => SourceMap.Line(site) is { } place ? _batch.OpAt(_program, place.Line) : null;

    private string End(Failure? failure) => failure switch
    {
        null => $"ends: {_tell!()}",
        { Verdict: Verdict.Deadlock } when failure.IsRing => "deadlock in a ring",
        { Verdict: Verdict.Deadlock or Verdict.LostWakeup } => $"deadlock: {_tell!()}",
        { Verdict: Verdict.LostUpdate } => "lost update",
        { Verdict: Verdict.LeakedLock } => "leaked lock",
        { Verdict: Verdict.UnhandledException or Verdict.AssertionFailed, Exception: { } exception } => $"exception {exception.GetType().Name}",
        _ => $"{failure.Verdict}: {failure.Sentence}",
    };
}
