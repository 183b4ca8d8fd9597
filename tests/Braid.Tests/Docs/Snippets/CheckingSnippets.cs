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

    [Prints("Passed; known: data race: progress in Braid.Tests!CheckingSnippets.KnownFindings")]
    public static void KnownFindings()
    {
        #region known findings
        var options = new CheckOptions { Ignore = ["data race: progress in *"] };
        CheckReport report = Check.Explore(() =>
        {
            int progress = 0;
            var worker = new System.Threading.Thread(() => progress = 50);
            worker.Start();
            _ = $"{progress} %";
            worker.Join();
        }, options);
        Console.WriteLine($"{report.Verdict}; known: {string.Join(", ", report.Known)}");
        #endregion
    }

    [Prints("LostUpdate")]
    public static void AsyncInATest()
    {
        #region async in a test
        CheckReport report = Check.Explore(async () =>
        {
            int balance = 0;
            async Task Deposit()
            {
                int before = balance;
                await Task.Yield();
                balance = before + 1;
            }

            await Task.WhenAll(Deposit(), Deposit());
            if (balance != 2)
            {
                throw new InvalidOperationException($"balance {balance}");
            }
        });
        Console.WriteLine(report.Verdict);
        #endregion
    }
}
