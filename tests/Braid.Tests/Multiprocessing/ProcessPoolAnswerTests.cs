using System.Runtime.CompilerServices;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Answers whose reading runs code of users, and takes as long as that likes.</summary>
public sealed class ProcessPoolAnswerTests : TimedTest
{
    [ModuleInitializer]
    internal static void Register() => Payloads.Register<Sealed>(static (_, _) => { }, static _ => Sealed.Open());

    [Theory]
    [InlineData("result")]
    [InlineData("exception")]
    [InlineData("chunk")]
    public void A_pool_is_closed_once_the_last_answer_is_read(string kind)
    {
        Sealed.Seal();
        var executor = new ProcessPoolExecutor(1);
        Future call = Submit(executor, kind);
        var closing = new Threading.Thread(executor.Dispose);
        closing.Start();
        Eventually.Holds(() => executor.Figures.Workers.Count == 0);
        Assert.False(closing.TryJoin(Brief));
        Assert.False(call.Done);
        Sealed.MayBeOpened.Set();
        closing.Join();
        Assert.True(call.Done);
    }

    [Fact]
    public async Task An_awaited_end_waits_for_the_last_answer_too()
    {
        Sealed.Seal();
        var executor = new ProcessPoolExecutor(1);
        Future call = Submit(executor, "result");
        ValueTask closing = executor.DisposeAsync();
        Eventually.Holds(() => executor.Figures.Workers.Count == 0);
        Assert.False(closing.IsCompleted);
        Sealed.MayBeOpened.Set();
        await closing;
        Assert.True(call.Done);
    }

    [Fact]
    public void A_pool_of_maps_is_joined_once_the_last_answer_is_read()
    {
        Sealed.Seal();
        var pool = new Pool(1);
        Futures.MapResults<Sealed> results = pool.Imap(static _ => new Sealed(), [1]);
        pool.Close();
        Eventually.Holds(static () => Sealed.IsAtHand);
        Assert.False(pool.TryJoin(10 * Brief, Cancellation));
        Sealed.MayBeOpened.Set();
        pool.Join(Cancellation);
        Assert.Single(results);
    }

    [Fact]
    public void Who_gets_reports_cannot_wait_for_the_end_of_the_pool()
    {
        using var executor = new ProcessPoolExecutor(1);
        var refused = new Future<Exception?>();
        Future<int> call = executor.Submit<int, int>(
            static progress =>
            {
                progress.Report(1);
                return 2;
            },
            new Reports<int>(_ => refused.SetResult(Record.Exception(executor.Dispose))));
        Assert.IsType<InvalidOperationException>(refused.Result(Cancellation));
        Assert.Equal(2, call.Result(Cancellation));
    }

    private static Future Submit(ProcessPoolExecutor executor, string kind) => kind switch
    {
        "result" => executor.Submit(static () => new Sealed()),
        "exception" => executor.Submit((Func<int>)(static () => throw new SealedException { What = new Sealed() })),
        _ => executor.Submit(static () => new List<Sealed> { new() }),
    };

    private sealed class Reports<T>(Action<T> onReport) : IProgress<T>
    {
        public void Report(T value) => onReport(value);
    }

    /// <summary>Is not read before the test says so.</summary>
    private sealed class Sealed
    {
        private static volatile bool s_isAtHand;

        public static Threading.Event MayBeOpened { get; } = new();

        /// <summary>Whether one has arrived.</summary>
        public static bool IsAtHand => s_isAtHand;

        public static void Seal()
        {
            s_isAtHand = false;
            MayBeOpened.Clear();
        }

        public static Sealed Open()
        {
            s_isAtHand = true;
            MayBeOpened.Wait();
            return new Sealed();
        }
    }

    private sealed class SealedException : Exception
    {
        public Sealed? What { get; set; }
    }
}
