using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>The base of tests that need a system which can enforce a whole sandbox; elsewhere they are skipped, with what is missing.</summary>
public abstract class SandboxedTest : TimedTest
{
    protected SandboxedTest()
    {
        if (WhyNot is { } reason)
        {
            Dispose();   // a test that was never made is disposed of by no one, and its deadline would end the run
            Assert.Skip(reason);
        }
    }

    /// <summary>What this system lacks; null if nothing.</summary>
    public static string? WhyNot => Sandbox.Strength.Missing is { Count: > 0 } missing ? string.Join(" ", missing) : null;
}
