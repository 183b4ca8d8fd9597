using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// The values that a program would get by chance, as numbers that are the same in every run of a schedule; and the program's output.
/// </summary>
internal sealed class RunNumbers : Resource
{
    private static readonly object s_key = new();
    private readonly Dictionary<object, int> _hashes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Task, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private int _randoms;
    private int _guids;

    private RunNumbers()
    {
        SharedRandom = new Random(NextSeed());
        Output = new RunOutput();
    }

    public override string Noun => "run";

    public Random SharedRandom { get; }

    /// <summary>The value of Environment.ExitCode.</summary>
    public int ExitCode { get; set; }

    /// <summary>The value of Console.Out.</summary>
    public TextWriter Output { get; set; }

    public static RunNumbers Of(ControlledThread thread) =>
        thread.Execution.Resources.Get(s_key, thread.Execution, static _ => new RunNumbers());

    /// <summary>The output of the last run; empty if it wrote to a writer of its own.</summary>
    public static string OutputOf(Execution execution) =>
        execution.Resources.Find<RunNumbers>(s_key)?.Output is RunOutput output ? output.ToString() : "";

    public int NextSeed() => ++_randoms;

    /// <summary>An identifier in the form of a random (version 4) one, with a counter in it.</summary>
    public Guid NextGuid() => new(++_guids, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 1);

    /// <summary>A number for a task, in order of first use.</summary>
    public int NumberOf(Task task)
    {
        if (!_numbers.TryGetValue(task, out int number))
        {
            number = _numbers.Count + 1;
            _numbers.Add(task, number);
        }

        return number;
    }

    /// <summary>A number for an object that has no hash code except by identity, in order of first use.</summary>
    public int HashOf(object value)
    {
        if (!_hashes.TryGetValue(value, out int hash))
        {
            // Spread over the range as .NET's are: hash tables rely on that.
            hash = (int)((uint)(_hashes.Count + 1) * 0x9E3779B1u >> 6);
            _hashes.Add(value, hash);
        }

        return hash;
    }
}
