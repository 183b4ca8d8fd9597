using System.Diagnostics;
using System.Net.Sockets;

namespace Braid.Checking.Tests.Hooks;

public class ConsoleTests
{
    [Fact]
    public void Console_output_is_not_shown()
    {
        var shown = new StringWriter();
        TextWriter real = Console.Out;
        Console.SetOut(shown);
        try
        {
            Explored.Runs(() =>
            {
                Console.WriteLine("text");
                Console.WriteLine(1);
                Console.WriteLine("{0} and {1}", 1, 'b');
                Console.Write($"{2} and more");
                Console.Out.WriteLine(new char[] { 'a' });
                Console.Error.WriteLine(2.5);
            });
        }
        finally
        {
            Console.SetOut(real);
        }

        Assert.Equal("", shown.ToString());
    }

    [Fact]
    public void A_writer_of_the_program_gets_what_it_writes() => Explored.Runs(() =>
    {
        var own = new StringWriter();
        Console.SetOut(own);
        Console.Write("{0}{1}", 1, true);
        Console.Write(new char[] { 'a', 'b', 'c' }, 1, 1);
        Assert.Equal("1Trueb", own.ToString());
    });

    [Fact]
    public void An_object_that_waits_while_it_is_written_blocks_no_other_thread() => Explored.Holds(() =>
    {
        var slow = new Slow();
        var other = new Thread(() => Console.WriteLine(slow));
        other.Start();
        Console.WriteLine(slow);
        Console.Out.WriteLine(slow);
        other.Join();
    });

    [Fact]
    public void Reading_the_console_is_refused() => Explored.Fails(Verdict.NotControlled, () => Console.ReadLine());

    [Fact]
    public void A_failed_assertion_is_a_fault_with_its_text()
    {
        int three = 3;
        Assert.Contains(
            "3 is not 4",
            Explored.Fails(Verdict.AssertionFailed, () => Debug.Assert(three == 4, $"{three} is not 4")).Sentence,
            StringComparison.Ordinal);
        Assert.Contains(
            "so it is", Explored.Fails(Verdict.AssertionFailed, () => Trace.Fail("so it is")).Sentence, StringComparison.Ordinal);
        Explored.Runs(() => Debug.Assert(three == 3, "three"));
    }

    [Fact]
    public void Waiting_for_the_outside_world_is_refused()
    {
        Explored.Fails(Verdict.NotControlled, () => new Socket(SocketType.Stream, ProtocolType.Tcp).Dispose());
        Explored.Fails(Verdict.NotControlled, () => new HttpClient().Dispose());
        Explored.Fails(Verdict.NotControlled, () => Process.Start("true"));
        Explored.Runs(() => Assert.True(Environment.ProcessId == Process.GetCurrentProcess().Id && Directory.Exists(Path.GetTempPath())));
    }

    private sealed class Slow
    {
        public override string ToString()
        {
            Thread.Sleep(1_000);
            return "slow";
        }
    }
}
