using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>Interlocked: an atomic read and write that orders everything before it before everything after it.</summary>
/// <remarks>The real operation is done after the scheduling point, so what nobody controls stays atomic too.</remarks>
[Hooks(typeof(Interlocked))]
internal static class InterlockedHooks
{
    public static int Increment(ref int location, int site) => Told(Before(ref location, site), Interlocked.Increment(ref location));

    public static long Increment(ref long location, int site) => Told(Before(ref location, site), Interlocked.Increment(ref location));

    public static uint Increment(ref uint location, int site) => Told(Before(ref location, site), Interlocked.Increment(ref location));

    public static ulong Increment(ref ulong location, int site) => Told(Before(ref location, site), Interlocked.Increment(ref location));

    public static int Decrement(ref int location, int site) => Told(Before(ref location, site), Interlocked.Decrement(ref location));

    public static long Decrement(ref long location, int site) => Told(Before(ref location, site), Interlocked.Decrement(ref location));

    public static uint Decrement(ref uint location, int site) => Told(Before(ref location, site), Interlocked.Decrement(ref location));

    public static ulong Decrement(ref ulong location, int site) => Told(Before(ref location, site), Interlocked.Decrement(ref location));

    public static int Add(ref int location1, int value, int site) => Told(Before(ref location1, site), Interlocked.Add(ref location1, value));

    public static long Add(ref long location1, long value, int site) => Told(Before(ref location1, site), Interlocked.Add(ref location1, value));

    public static uint Add(ref uint location1, uint value, int site) => Told(Before(ref location1, site), Interlocked.Add(ref location1, value));

    public static ulong Add(ref ulong location1, ulong value, int site) => Told(Before(ref location1, site), Interlocked.Add(ref location1, value));

    public static int And(ref int location1, int value, int site) => Told(Before(ref location1, site), Interlocked.And(ref location1, value));

    public static long And(ref long location1, long value, int site) => Told(Before(ref location1, site), Interlocked.And(ref location1, value));

    public static uint And(ref uint location1, uint value, int site) => Told(Before(ref location1, site), Interlocked.And(ref location1, value));

    public static ulong And(ref ulong location1, ulong value, int site) => Told(Before(ref location1, site), Interlocked.And(ref location1, value));

    public static int Or(ref int location1, int value, int site) => Told(Before(ref location1, site), Interlocked.Or(ref location1, value));

    public static long Or(ref long location1, long value, int site) => Told(Before(ref location1, site), Interlocked.Or(ref location1, value));

    public static uint Or(ref uint location1, uint value, int site) => Told(Before(ref location1, site), Interlocked.Or(ref location1, value));

    public static ulong Or(ref ulong location1, ulong value, int site) => Told(Before(ref location1, site), Interlocked.Or(ref location1, value));

    public static T Exchange<T>(ref T location1, T value, int site) => Told(Before(ref location1, site), Interlocked.Exchange(ref location1, value));

    /// <summary>One that fails has only read, so a plain read beside it is no race.</summary>
    public static T CompareExchange<T>(ref T location1, T value, T comparand, int site)
    {
        if (VolatileHooks.Announce(ref location1, site, OperationKind.Update) is not var (thread, variable))
        {
            return Interlocked.CompareExchange(ref location1, value, comparand);
        }

        T before = Interlocked.CompareExchange(ref location1, value, comparand);
        VolatileHooks.Synchronize<T>(thread, variable, site, AreSame(before, comparand) ? OperationKind.Update : OperationKind.Read);
        return Told(thread, before);
    }

    public static long Read(ref readonly long location, int site) =>
        Told(VolatileHooks.Before(ref Unsafe.AsRef(in location), site, OperationKind.Read), Interlocked.Read(in location));

    public static ulong Read(ref readonly ulong location, int site) =>
        Told(VolatileHooks.Before(ref Unsafe.AsRef(in location), site, OperationKind.Read), Interlocked.Read(in location));

    public static void MemoryBarrier(int site)
    {
        Fence(site);
        Interlocked.MemoryBarrier();
    }

    public static void MemoryBarrierProcessWide(int site)
    {
        Fence(site);
        Interlocked.MemoryBarrierProcessWide();
    }

    /// <summary>A barrier publishes and learns nothing that has a name; it only says that the program means its plain accesses. They stay races.</summary>
    internal static void Fence(int site) => ControlledThread.Current?.Did(OperationKind.Fence, null, site);

    private static ControlledThread? Before<T>(ref T location, int site) => VolatileHooks.Before(ref location, site, OperationKind.Update);

    /// <summary>As the processor compares: references by identity, values by their bits.</summary>
    private static bool AreSame<T>(T one, T other) =>
        RuntimeHelpers.IsReferenceOrContainsReferences<T>() ? ReferenceEquals(one, other) : BytesOf(ref one).SequenceEqual(BytesOf(ref other));

    private static ReadOnlySpan<byte> BytesOf<T>(ref T value) => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref value), Unsafe.SizeOf<T>());

    private static T Told<T>(ControlledThread? thread, T value)
    {
        if (thread?.Execution.Recorder is { } recorder)
        {
            recorder.Outcome(thread, ValueText.Of(value));
        }

        return value;
    }
}
