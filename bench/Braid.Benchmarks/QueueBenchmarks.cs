using System.Collections.Concurrent;
using System.Threading.Channels;
using BenchmarkDotNet.Attributes;

namespace Braid.Benchmarks;

/// <summary>Items through a queue of 1024 places, from as many producers to as many consumers.</summary>
public class BoundedQueue
{
    private const int Items = 400_000;
    private const int Places = 1024;

    [Params(1, 4)]
    public int Pairs { get; set; }

    [Benchmark(Baseline = true, OperationsPerInvoke = Items, Description = "BlockingCollection, blocking")]
    public void Blocking()
    {
        using var queue = new BlockingCollection<int>(Places);
        Crew.Run(2 * Pairs, i => Each(i < Pairs ? queue.Add : _ => queue.Take()));
    }

    [Benchmark(OperationsPerInvoke = Items, Description = "Braid Queue, blocking")]
    public void Braid()
    {
        var queue = new Queues.Queue<int>(Places);
        Crew.Run(2 * Pairs, i => Each(i < Pairs ? item => queue.Put(item) : _ => queue.Get()));
    }

    [Benchmark(OperationsPerInvoke = Items, Description = "bounded Channel, awaiting")]
    public void Channels()
    {
        var channel = Channel.CreateBounded<int>(Places);
        Crew.RunTasks(2 * Pairs, async i =>
        {
            for (int item = 0; item < Items / Pairs; item++)
            {
                if (i < Pairs)
                {
                    await channel.Writer.WriteAsync(item);
                }
                else
                {
                    await channel.Reader.ReadAsync();
                }
            }
        });
    }

    [Benchmark(OperationsPerInvoke = Items, Description = "Braid Queue, awaiting")]
    public void BraidAwaiting()
    {
        var queue = new Queues.Queue<int>(Places);
        Crew.RunTasks(2 * Pairs, async i =>
        {
            for (int item = 0; item < Items / Pairs; item++)
            {
                if (i < Pairs)
                {
                    await queue.PutAsync(item);
                }
                else
                {
                    await queue.GetAsync();
                }
            }
        });
    }

    private void Each(Action<int> action)
    {
        for (int item = 0; item < Items / Pairs; item++)
        {
            action(item);
        }
    }
}
