namespace Braid.Checking.Strategies;

/// <summary>A run that was to be repeated diverged.</summary>
internal sealed class DivergedException : Exception
{
    /// <param name="step">The choice, counted from 0, at which the divergence was noticed.</param>
    /// <param name="expected">What was expected there.</param>
    /// <param name="found">What was there.</param>
    public DivergedException(int step, string expected, string found)
        : base($"The run went another way than it did before: at choice {step}, expected {expected}; found {found}. "
            + "Either the program has changed since, or it depends on something the checker does not control, such as the time, random "
            + "numbers, addresses, or static state left over from an earlier run.")
    {
        Step = step;
        Expected = expected;
        Found = found;
    }

    public int Step { get; }

    public string Expected { get; }

    public string Found { get; }

    /// <summary>The names of the threads that could continue: "main, thread 2".</summary>
    public static string Names(in ChoicePoint point)
    {
        string[] names = new string[point.Enabled.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = point.Enabled[i].Name;
        }

        return string.Join(", ", names);
    }
}
