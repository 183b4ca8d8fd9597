using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;

namespace Braid.Checking.Tests.Hooks;

/// <summary>
/// Pools outlive a run, and threads reach each other through them: neither is a fault of a program that uses one correctly.
/// </summary>
public sealed class PoolTests
{
    private static readonly ConcurrentBag<StringBuilder> s_builders = [];
    private static readonly ArrayPool<int> s_own = ArrayPool<int>.Create();

    [ThreadStatic]
    private static StringBuilder? t_builder;

    /// <summary>Each fills what it takes from a pool, reads it, and gives it back.</summary>
    public static TheoryData<string> Uses => [.. s_uses.Keys];

    private static readonly Dictionary<string, Action<int>> s_uses = new()
    {
        ["the shared pool of arrays"] = static number => UseArray(ArrayPool<int>.Shared, number),
        ["the shared pool of arrays of references"] = static number => UseArray(ArrayPool<string>.Shared, $"{number}"),
        ["an own pool of arrays"] = static number => UseArray(s_own, number),
        ["the shared pool of memory"] = static number =>
        {
            using IMemoryOwner<int> rented = MemoryPool<int>.Shared.Rent(16);
            rented.Memory.Span[3] = number;
            Thread.Yield();
            Require(rented.Memory.Span[3] == number);
        },
        ["a pipe, which rents from the shared pool"] = static number =>
        {
            var pipe = new Pipe();
            pipe.Writer.WriteAsync(new byte[] { (byte)number }).AsTask().Wait();
            Require(pipe.Reader.ReadAsync().AsTask().Result.Buffer.FirstSpan[0] == number);
            pipe.Reader.Complete();
            pipe.Writer.Complete();
        },
        ["a bag of builders"] = static number =>
        {
            StringBuilder builder = s_builders.TryTake(out StringBuilder? kept) ? kept : new StringBuilder();
            builder.Append(number);
            Thread.Yield();
            Require(builder.ToString() == $"{number}");
            builder.Clear();
            s_builders.Add(builder);
        },
        ["a builder for each thread"] = static number =>
        {
            StringBuilder builder = t_builder ?? new StringBuilder();
            builder.Append(number);
            Thread.Yield();
            Require(builder.ToString() == $"{number}");
            t_builder = builder.Clear();
        },
    };

    [Theory]
    [MemberData(nameof(Uses))]
    public void Threads_may_share_a_pool(string use)
    {
        CheckReport report = Check.Explore(
            () =>
            {
                Action<int> work = s_uses[use];
                var first = new Thread(() =>
                {
                    work(1);
                    work(2);
                });
                first.Start();
                var second = new Thread(() => work(3));
                second.Start();
                work(4);
                first.Join();
                second.Join();
                Task.WhenAll(Task.Run(() => work(5)), Task.Run(() => work(6))).Wait();
            },
            new CheckOptions { Schedules = 300, Time = Timeout.InfiniteTimeSpan });
        Assert.True(report.Verdict == Verdict.Passed && report.Notes.Count == 0, report.ToString());
    }

    [Fact]
    public void An_array_that_is_used_after_its_return_meets_the_thread_that_rents_it_next()
    {
        CheckReport report = Check.Explore(
            static () =>
            {
                var other = new Thread(static () =>
                {
                    int[] rented = ArrayPool<int>.Shared.Rent(10);
                    ArrayPool<int>.Shared.Return(rented);
                    rented[3] = 1;
                });
                other.Start();
                ArrayPool<int>.Shared.Rent(10)[3] = 2;
                other.Join();
            },
            new CheckOptions { Schedules = 300, Time = Timeout.InfiniteTimeSpan });
        Assert.Equal(Verdict.DataRace, report.Verdict);
    }

    [Fact]
    public void Pools_behave_as_they_do_outside() => Explored.Runs(static () =>
    {
        ArrayPool<int> small = ArrayPool<int>.Create(maxArrayLength: 32, maxArraysPerBucket: 1);
        foreach (ArrayPool<int> pool in (ArrayPool<int>[])[ArrayPool<int>.Shared, small])
        {
            Assert.Empty(pool.Rent(0));
            Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(-1));
            Assert.Throws<ArgumentNullException>(() => pool.Return(null!));
            Assert.Throws<ArgumentException>(() => pool.Return(new int[17]));
            pool.Return([]);
            int[] rented = pool.Rent(20);
            Assert.Equal(32, rented.Length);
            rented[0] = 1;
            pool.Return(rented, clearArray: true);
            Assert.Equal(0, rented[0]);
            Assert.Same(rented, pool.Rent(32));
            Assert.NotSame(rented, pool.Rent(32));
        }

        Assert.Equal(40, small.Rent(40).Length);
        IMemoryOwner<byte> owner = MemoryPool<byte>.Shared.Rent();
        Assert.Equal(4096, owner.Memory.Length);
        owner.Dispose();
        owner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => owner.Memory.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => MemoryPool<byte>.Shared.Rent(-2));
        Assert.Equal(7, new OwnPool().Rent(3).Length);
    });

    private static void UseArray<T>(ArrayPool<T> pool, T value)
    {
        T[] rented = pool.Rent(10);
        Require(rented.Length == 16);
        rented[3] = value;
        Thread.Yield();
        Require(EqualityComparer<T>.Default.Equals(rented[3], value));
        pool.Return(rented);
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("This does not hold.");
        }
    }

    /// <summary>The program's own code, which the checker examines.</summary>
    private sealed class OwnPool : ArrayPool<int>
    {
        public override int[] Rent(int minimumLength) => new int[7];

        public override void Return(int[] array, bool clearArray = false)
        {
        }
    }
}
