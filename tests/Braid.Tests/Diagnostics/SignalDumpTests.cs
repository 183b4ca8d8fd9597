namespace Braid.Tests;

/// <summary>The wait graph at a signal.</summary>
public sealed class SignalDumpTests : TimedTest
{
    private const int Quit = 3;

    [Fact]
    public async Task A_signal_prints_who_waits_for_what_though_the_pool_is_full_and_the_program_goes_on()
    {
        using var program = new ChildProgram("dump", static start => start.Environment["BRAID_DUMP_ON_SIGQUIT"] = "1");
        Assert.Equal("ready", await program.ReadLine(Cancellation));
        PoolFault.Signal(program.Id, Quit);
        Eventually.Holds(() => program.ErrorSoFar.Contains("the-waiter waits", StringComparison.Ordinal));
        await program.WriteLine("yes", Cancellation);
        (int code, string output, string error) = await program.End(Cancellation);
        Assert.Equal((0, "goes on: yes\n"), (code, output));
        Assert.StartsWith($"Waits of process {program.Id} at ", error, StringComparison.Ordinal);
        Assert.Matches("the-waiter waits for locked Lock, waiters=1 .*, held by MainThread", error);
    }
}
