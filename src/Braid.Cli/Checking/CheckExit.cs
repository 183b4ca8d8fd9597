using Braid.Checking;

namespace Braid.Cli;

/// <summary>What <c>braid check</c> and <c>braid replay</c> return, besides <see cref="Tool.UsageMistake"/>.</summary>
internal static class CheckExit
{
    public const int Passed = 0;
    public const int Fault = 1;
    public const int NotCarriedOut = 3;
    public const int NothingChecked = 4;
    public const int CheckerFailed = 5;

    /// <summary>How the help says it.</summary>
    public const string Help = "Returns 0 if no fault was found, 1 if one was, 2 if the file or an argument cannot be used, and 3 if the program could not be checked: " +
        "it calls what the checker does not control, a thread does not come back, the same choices lead to different runs, or a replay string is of another program. Returns 4 if there was nothing to check, since only one thread ran, and 5 if the checker itself has failed.";

    /// <summary>A fault in one of the methods counts for more than another that could not be checked.</summary>
    public static int Of(IReadOnlyCollection<Verdict> verdicts)
    {
        int[] codes = [.. verdicts.Select(Of)];
        return codes.Contains(Fault) ? Fault : codes.DefaultIfEmpty(Passed).Max();
    }

    private static int Of(Verdict verdict) => verdict switch
    {
        Verdict.Passed => Passed,
        Verdict.NothingChecked => NothingChecked,
        Verdict.NotControlled or Verdict.Stuck or Verdict.Nondeterministic or Verdict.Diverged => NotCarriedOut,
        _ => Fault,
    };
}
