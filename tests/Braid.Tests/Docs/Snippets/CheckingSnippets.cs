using Braid.Checking;

namespace Braid.Tests;

/// <summary>The blocks of docs/checking.md.</summary>
internal static class CheckingSnippets
{
    [Prints("LostUpdate")]
    public static void CheckInATest()
    {
        #region check in a test
        CheckReport report = Check.Explore(() =>
        {
            int balance = 0;
            var other = new System.Threading.Thread(() => balance++);
            other.Start();
            balance++;
            other.Join();
        });
        Console.WriteLine(report.Verdict);
        #endregion
    }

    [Prints("True")]
    public static void ProofInATest()
    {
        #region proof in a test
        var options = new CheckOptions { Strategy = SearchStrategy.Bounded, Preemptions = int.MaxValue };
        CheckReport report = Check.Run(() =>
        {
            int balance = 0;
            var gate = new System.Threading.Lock();
            var other = new System.Threading.Thread(() => { lock (gate) { balance++; } });
            other.Start();
            lock (gate) { balance++; }
            other.Join();
        }, options);
        Console.WriteLine(report.Exhaustive);
        #endregion
    }
}
