namespace Braid.Checking.Strategies;

/// <summary>A run was to be repeated and went another way.</summary>
internal sealed class DivergedException : Exception
{
    /// <param name="step">The choice, counted from 0, at which it was seen.</param>
    /// <param name="expected">What should have been there.</param>
    /// <param name="found">What was there.</param>
    public DivergedException(int step, string expected, string found)
        : base($"The run went another way than it did before: at choice {step}, expected {expected}; found {found}. "
            + "Either the program has changed since, or it depends on something the checker does not control, such as the time, random numbers, addresses, or static state left over from an earlier run.")
    {
        Step = step;
        Expected = expected;
        Found = found;
    }

    public int Step { get; }

    public string Expected { get; }

    public string Found { get; }

    /// <summary>Names those that could go on: "main, thread 2".</summary>
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
