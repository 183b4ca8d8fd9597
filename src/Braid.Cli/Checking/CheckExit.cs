using Braid.Checking;

namespace Braid.Cli;

/// <summary>What <c>braid check</c> and <c>braid replay</c> return; <see cref="Tool.UsageMistake"/> is the fourth.</summary>
internal static class CheckExit
{
    public const int Passed = 0;
    public const int Fault = 1;
    public const int NotCarriedOut = 3;

    /// <summary>How the help says it.</summary>
    public const string Help = "Returns 0 if no fault was found, 1 if one was, 2 if the file or an argument cannot be used, and 3 if the program could not be checked: " +
        "it calls what the checker does not control, a thread does not come back, the same choices lead to different runs, or a replay string is of another program.";

    /// <summary>A fault in one of the methods counts for more than another that could not be checked.</summary>
    public static int Of(IReadOnlyCollection<Verdict> verdicts)
    {
        int[] codes = [.. verdicts.Select(Of)];
        return codes.Contains(Fault) ? Fault : codes.DefaultIfEmpty(Passed).Max();
    }

    private static int Of(Verdict verdict) => verdict switch
    {
        Verdict.Passed => Passed,
        Verdict.NotControlled or Verdict.Stuck or Verdict.Nondeterministic or Verdict.Diverged => NotCarriedOut,
        _ => Fault,
    };
}
