using System.Globalization;
using System.Runtime.InteropServices;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>A task that was given to a pool, and what may become of it.</summary>
internal sealed partial class Errand
{
    private static readonly int[] s_sizes = [10, 100_000, 5_000_000, 40_000_000];

    private readonly Func<bool> _isRight;   // whether its result is
    private int _calledBack;                // by Interlocked

    private Errand(int id, ErrandKind kind, Future future, int bytes, Func<bool> isRight)
    {
        (Id, Kind, Future, Bytes, _isRight) = (id, kind, future, bytes, isRight);
        future.AddDoneCallback(_ => Interlocked.Increment(ref _calledBack));
    }

    public int Id { get; }

    public ErrandKind Kind { get; }

    public Future Future { get; }

    /// <summary>How large its argument or its result is.</summary>
    public int Bytes { get; }

    public bool WasCancelled { get; private set; }

    public int CallbackFuture => Volatile.Read(ref _calledBack);

    /// <summary>Whether it gave a result, and that is right; not when it failed.</summary>
    public bool IsRight => Future is { Cancelled: false, Failure: null } && _isRight();

    /// <summary>The signal it ends its own process with.</summary>
    public int? OwnSignal => Kind switch
    {
        ErrandKind.Crashes => Signals.Segmentation,
        ErrandKind.FailsFast => Signals.Abort,
        _ => null,
    };

    public static Errand Submit(ProcessPoolExecutor pool, ErrandTable table, int id, ErrandKind kind, Random random)
    {
        int bytes = s_sizes[random.Next(100) switch { < 50 => 0, < 85 => 1, < 97 => 2, _ => 3 }];
        byte fill = (byte)id;
        switch (kind)
        {
            case ErrandKind.Result:
                Future<byte[]> result = pool.Submit(() => Begun(table, id, () => Filled(bytes, fill)));
                return new Errand(id, kind, result, bytes, () => IsFilled(result.Result(), bytes, fill));
            case ErrandKind.Argument:
                byte[] argument = Filled(bytes, fill);
                Future<bool> whole = pool.Submit(() => Begun(table, id, () => IsFilled(argument, bytes, fill)));
                return new Errand(id, kind, whole, bytes, () => whole.Result());
            default:
                Future<int> number = pool.Submit(() => Begun(table, id, () => Do(kind, table, id)));
                return new Errand(id, kind, number, 0, () => number.Result() == id || (kind == ErrandKind.Gets && number.Result() == -1));
        }
    }

    public void Cancel() => WasCancelled |= Future.Cancel();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"task {Id} ({Kind}, {Bytes} bytes): {Future}");

    private static T Begun<T>(ErrandTable table, int id, Func<T> function)
    {
        table.WasBegun(id);
        return function();
    }

    private static byte[] Filled(int bytes, byte fill)
    {
        byte[] data = new byte[bytes];
        data.AsSpan().Fill(fill);
        return data;
    }

    private static bool IsFilled(byte[] data, int bytes, byte fill) => data.Length == bytes && !data.AsSpan().ContainsAnyExcept(fill);

    private static int Do(ErrandKind kind, ErrandTable table, int id)
    {
        var random = new Random(id);
        switch (kind)
        {
            case ErrandKind.Computes:
                Thread.SpinWait(random.Next(200_000));
                break;
            case ErrandKind.Sleeps:
                Thread.Sleep(random.Next(50));
                break;
            case ErrandKind.Throws:
                throw new InvalidDataException(FailureOf(id));
            case ErrandKind.Locks:
                table.Pair.PassThrough(table.Lock, () => table.Lock.TryAcquire(Timeout.InfiniteTimeSpan), random);
                break;
            case ErrandKind.Puts:
                table.Queue.Put(id);
                break;
            case ErrandKind.Gets when table.Queue.TryGet(out int got, TimeSpan.FromMilliseconds(20)):
                table.WasGotten(got);
                break;
            case ErrandKind.Gets:
                return -1;
            case ErrandKind.Prints:
                Console.WriteLine(LineOf(id));
                break;
            case ErrandKind.StartsProcess:
                return Process.Run(static id => id, id);
            case ErrandKind.Hangs:
                Thread.Sleep(Timeout.Infinite);
                break;
            case ErrandKind.Crashes:
                LengthOf(1);
                break;
            case ErrandKind.Leaves:
                Environment.Exit(3);
                break;
            case ErrandKind.FailsFast:
                Environment.FailFast("on purpose");
                break;
            default:
                break;
        }

        return id;
    }

    public static string FailureOf(int id) => string.Create(CultureInfo.InvariantCulture, $"task {id} fails on purpose");

    public static string LineOf(int id) => string.Create(CultureInfo.InvariantCulture, $"task {id} prints this");

    [LibraryImport("libc", EntryPoint = "strlen")]
    private static partial nint LengthOf(nint text);
}
