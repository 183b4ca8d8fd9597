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

    [Fact]
    public void What_was_reported_before_a_crash_is_told_before_the_call_fails()
    {
        const int Reported = 100;
        using var executor = new ProcessPoolExecutor(1);
        using var mayGoOn = new Event();
        var got = new List<int>();
        Future<int> call = executor.Submit<int, int>(
            static progress =>
            {
                for (int i = 0; i < Reported; i++)
                {
                    progress.Report(i);
                }

                PoolFault.KillMyself();
                return 0;
            },
            new Reports<int>(number =>
            {
                mayGoOn.Wait();
                got.Add(number);
            }));
        Eventually.Holds(() => executor.Figures.Failed == 1);
        Assert.False(call.TryException(out _, Brief, Cancellation));
        mayGoOn.Set();
        PoolFault.Fails<WorkerCrashedException>(call);
        Assert.Equal(Enumerable.Range(0, Reported), got);
    }

    [Fact]
    public void An_initializers_exception_whose_reading_blocks_holds_up_no_other_pool()
    {
        Sealed.Seal();
        using var executor = new ProcessPoolExecutor(1, static () => throw new SealedException { What = new Sealed() });
        using var other = new ProcessPoolExecutor(1);
        Future<int> call = executor.Submit(static () => 1);
        Eventually.Holds(static () => Sealed.IsAtHand);
        Assert.True(other.Submit(static () => 2).TryResult(out int two, Ample, Cancellation));
        Assert.Equal(2, two);
        Sealed.MayBeOpened.Set();
        Assert.IsType<SealedException>(PoolFault.Fails<WorkerStartException>(call).InnerException);
    }

    [Theory]
    [InlineData("result")]
    [InlineData("exception")]
    [InlineData("report")]
    public void What_an_answer_refers_to_is_there_when_it_is_read_although_its_worker_has_gone(string kind)
    {
        Sealed.Seal();
        using var executor = new ProcessPoolExecutor(1);
        int number = 0;
        Func<(Sealed, RawValue<int>)> answer = static () => (new Sealed(), new RawValue<int>(7));
        Future call = kind switch
        {
            "result" => executor.Submit(answer),
            "exception" => executor.Submit((Func<int>)(static () => throw new SealedException { What = new Sealed(), Number = new RawValue<int>(7) })),
            _ => executor.Submit<(Sealed, RawValue<int>), int>(ReportOne(answer), new Reports<(Sealed, RawValue<int> Number)>(report => number = report.Number.Value)),
        };
        Eventually.Holds(static () => Sealed.IsAtHand);
        executor.Shutdown(wait: false);
        Eventually.Holds(() => executor.Figures.Workers.Count == 0);
        Sealed.MayBeOpened.Set();
        executor.Shutdown();
        Assert.Equal(7, kind switch
        {
            "result" => ((Future<(Sealed, RawValue<int> Number)>)call).Result().Number.Value,
            "exception" => ((SealedException)call.Exception()!).Number!.Value,
            _ => number,
        });
    }

    private static Func<IProgress<(Sealed, RawValue<int>)>, int> ReportOne(Func<(Sealed, RawValue<int>)> answer) => progress =>
    {
        progress.Report(answer());
        return 0;
    };

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

        public RawValue<int>? Number { get; set; }
    }
}
