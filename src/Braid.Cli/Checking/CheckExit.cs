using Braid.Checking;

namespace Braid.Cli;

/// <summary>The exit codes of <c>braid check</c> and <c>braid replay</c>, besides <see cref="Tool.UsageMistake"/>.</summary>
internal static class CheckExit
{
    public const int Passed = 0;
    public const int Fault = 1;
    public const int NotCarriedOut = 3;
    public const int NothingChecked = 4;
    public const int CheckerFailed = 5;

    public const int Interrupted = 130;

    /// <summary>The exit codes as the help describes them.</summary>
    public const string Help =
        "Returns 0 if no fault was found, 1 if one was, 2 if the file or an argument cannot be used, and 3 if the program could not be " +
        "checked: it calls what the checker does not control, a thread does not return, the same choices lead to different runs, or a " +
        "replay string is of another program. Returns 4 if there was nothing to check, since only one thread ran, 5 if the checker " +
        "itself has failed, " +
        "and 130 if the search was stopped by Ctrl-C and no fault was found until then. Of several checks, the worst counts: 1, then 5, " +
        "2, 3, 130, 4, 0.";

    // In order of how much the user needs to know.
    private static readonly int[] s_worstFirst =
        [Fault, CheckerFailed, Tool.UsageMistake, NotCarriedOut, Interrupted, NothingChecked, Passed];

    /// <summary>The exit code of several checks together; if there are none, they were interrupted before the first began.</summary>
    public static int Worst(IReadOnlyCollection<int> codes) => codes.Count == 0 ? Interrupted : s_worstFirst.First(codes.Contains);

    public static int Of(Verdict verdict) => verdict switch
    {
        Verdict.Passed => Passed,
        Verdict.NothingChecked => NothingChecked,
        Verdict.Interrupted => Interrupted,
        Verdict.CheckerFailed => CheckerFailed,
        Verdict.NotControlled or Verdict.Stuck or Verdict.Nondeterministic or Verdict.Diverged => NotCarriedOut,
        _ => Fault,
    };
}
