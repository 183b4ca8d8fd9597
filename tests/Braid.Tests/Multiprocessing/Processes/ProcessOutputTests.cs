using System.Text;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What a process prints reaches its parent whole, and what it writes elsewhere harms nobody.</summary>
public sealed class ProcessOutputTests : TimedTest
{
    [Fact]
    public void Ten_megabytes_without_an_end_of_line_arrive()
    {
        (int length, bool isPure) = Collect(static () => Console.Write(new string('x', 10_000_000)), static lines => (lines.Sum(static line => line.Length), lines.All(static line => line.All(static letter => letter == 'x'))));
        Assert.Equal((10_000_000, true), (length, isPure));
    }

    [Fact]
    public void Many_short_lines_arrive_in_order()
    {
        List<string> lines = Collect(
            static () =>
            {
                var text = new StringBuilder();
                for (int number = 0; number < 200_000; number++)
                {
                    text.Append(number).Append('\n');
                }

                Console.Write(text);
            },
            static lines => lines);
        Assert.Equal(Enumerable.Range(0, 200_000).Select(static number => $"{number}"), lines);
    }

    [Fact]
    public void Letters_of_several_bytes_are_not_cut()
    {
        string text = Collect(static () => Console.Write(new string('€', 200_000)), string.Concat);
        Assert.Equal(new string('€', 200_000), text);
    }

    [Fact]
    public void Writing_into_descriptors_that_the_task_has_not_opened_does_no_harm()
    {
        int result = QuietProcess.Run(static () =>
        {
            ScribbleEverywhere();
            return Process.Run(static () => 41) + 1;
        });
        Assert.Equal(42, result);
    }

    [Fact]
    public void A_worker_has_its_streams_and_what_it_talks_through_and_nothing_of_its_parent()
    {
        using var file = File.OpenRead("/proc/version");
        int leaked = SystemView.Duplicate((int)file.SafeFileHandle.DangerousGetHandle());   // as a careless native library does: without close-on-exec
        using var mayEnd = new RawValue<int>();
        var process = Process.Start(static mayEnd => Eventually.Holds(() => mayEnd.Value == 2), mayEnd);
        SortedDictionary<int, string> open = SystemView.DescriptorsOf(process.Pid!.Value);
        Assert.Equal("/dev/null", open[0]);
        Assert.All([1, 2, WorkerProgram.DeathDescriptor], number => Assert.StartsWith("pipe:", open[number], StringComparison.Ordinal));
        Assert.All([WorkerProgram.ChannelDescriptor, WorkerProgram.ProcessTableDescriptor], number => Assert.StartsWith("/memfd:braid-", open[number], StringComparison.Ordinal));
        Assert.DoesNotContain("/proc/version", open.Values);
        Assert.DoesNotContain(open.Keys, static number => number >= 300);
        mayEnd.Value = 2;
        process.Join();
        Assert.Equal(0, SystemView.CloseDescriptor(leaked));
    }

    private static T Collect<T>(Action print, Func<List<string>, T> judge)
    {
        List<string> lines = [];
        var birth = new WorkerRole("printer", "1", "MainProcess", Daemon: false, IsPoolWorker: false, PrintsFailures: true, Nice: null, Initializer: null);
        var settings = new WorkerSettings { Output = (line, _) => lines.Add(line) };
        var child = ChildProcess.Start(birth, print, settings, "printer");
        Assert.Equal(0, child.Ended.Result().ExitCode);
        WorkerOutput.Flush(Ample);
        return judge(lines);
    }

    private static unsafe void ScribbleEverywhere()
    {
        byte[] noise = [255, 255, 255, 255, 255, 255, 255, 255];
        fixed (byte* bytes = noise)
        {
            for (int descriptor = 3; descriptor <= 64; descriptor++)
            {
                _ = SystemView.Write(descriptor, bytes, noise.Length);
            }
        }
    }
}
