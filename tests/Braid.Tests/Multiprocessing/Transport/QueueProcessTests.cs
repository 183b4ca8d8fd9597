using Braid.Multiprocessing;
using Process = Braid.Multiprocessing.Process;

namespace Braid.Tests;

/// <summary>Queues and pipes between processes that really are two.</summary>
public sealed class QueueProcessTests : TimedTest
{
    [Fact]
    public void A_child_sends_back_what_it_is_sent()
    {
        using var requests = new Multiprocessing.Queue<int>();
        using var answers = new Multiprocessing.Queue<string>(maxsize: 3);
        Process child = Process.Start(
            static queues =>
            {
                foreach (int number in queues.Requests.GetConsumingEnumerable())
                {
                    queues.Answers.Put($"{number}");
                }
            },
            (Requests: requests, Answers: answers));
        for (int i = 0; i < 500; i++)
        {
            requests.Put(i);
        }

        requests.Shutdown();
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal($"{i}", answers.Get(Cancellation));
        }

        child.Join(Cancellation);
        Assert.Equal(0, child.ExitCode);
    }

    [Fact]
    public void A_child_that_put_more_than_a_pipe_holds_ends_before_a_process_reads_it()
    {
        using var queue = new Multiprocessing.Queue<byte[]>();
        Process child = Process.Start(static queue => queue.Put(new byte[5_000_000]), queue);
        child.Join(Cancellation);
        Assert.Equal(0, child.ExitCode);
        Assert.Equal(5_000_000, queue.GetNowait().Length);
    }

    [Fact]
    public void Producers_and_consumers_that_are_killed_at_any_moment_leave_the_queue_usable()
    {
        using var queue = new Multiprocessing.Queue<byte[]>(maxsize: 50);
        for (int round = 0; round < 6; round++)
        {
            Process[] children = [Process.Start(static queue => PutForEver(queue), queue), Process.Start(static queue => GetForEver(queue), queue)];
            for (int i = 0; i < 200; i++)
            {
                queue.Put(Pattern(i));
                AssertPattern(queue.Get(Cancellation));
            }

            foreach (Process child in children)
            {
                child.Kill();
                child.Join(Cancellation);
            }
        }

        while (queue.TryGet(out byte[]? item))
        {
            AssertPattern(item);
        }

        queue.Put(Pattern(7));
        Assert.Equal(Pattern(7), queue.Get());
    }

    [Fact]
    public void A_child_answers_through_a_pipe_and_its_end_is_the_end_of_the_stream()
    {
        (Connection here, Connection there) = Pipe.Create();
        using (here)
        {
            Process child = Process.Start(
                static connection =>
                {
                    while (connection.Recv<int>() is > 0 and int number)
                    {
                        connection.Send(2 * number);
                    }
                },
                there);
            there.Close();
            for (int i = 1; i < 200; i++)
            {
                here.Send(i);
                Assert.Equal(2 * i, here.Recv<int>());
            }

            here.Send(0);
            Assert.Throws<EndOfStreamException>(() => here.Recv<int>(Cancellation));
            child.Join(Cancellation);
        }
    }

    [Fact]
    public void A_killed_child_ends_the_stream_for_who_waits()
    {
        (Connection here, Connection there) = Pipe.Create();
        using (here)
        {
            Process child = Process.Start(
                static connection =>
                {
                    connection.Send("ready");
                    connection.Recv<int>();
                },
                there);
            there.Close();
            Assert.Equal("ready", here.Recv<string>(Cancellation));
            child.Kill();
            Assert.Throws<EndOfStreamException>(() => here.Recv<string>(Cancellation));
            Assert.Throws<IOException>(() => here.Send(1));
        }
    }

    [Fact]
    public void Large_messages_cross_each_other_in_a_pipe_without_a_deadlock()
    {
        (Connection here, Connection there) = Pipe.Create();
        using (here)
        {
            Process child = Process.Start(
                static connection =>
                {
                    connection.SendBytes(new byte[30_000_000]);
                    connection.SendBytes(connection.RecvBytes());
                },
                there);
            there.Close();
            here.SendBytes(new byte[30_000_001]);
            Assert.Equal(30_000_000, here.RecvBytes(token: Cancellation).Length);
            Assert.Equal(30_000_001, here.RecvBytes(token: Cancellation).Length);
            child.Join(Cancellation);
        }
    }

    private static void PutForEver(Multiprocessing.Queue<byte[]> queue)
    {
        for (int i = 0; ; i++)
        {
            queue.Put(Pattern(i));
        }
    }

    private static void GetForEver(Multiprocessing.Queue<byte[]> queue)
    {
        while (true)
        {
            AssertPattern(queue.Get());
        }
    }

    private static byte[] Pattern(int i)
    {
        byte[] item = new byte[1 + (i * 997 % 20_000)];
        item.AsSpan().Fill((byte)i);
        return item;
    }

    private static void AssertPattern(byte[] item) => Assert.Equal(-1, item.AsSpan().IndexOfAnyExcept(item[0]));
}
