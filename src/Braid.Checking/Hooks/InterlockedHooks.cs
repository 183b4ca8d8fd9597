using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>Interlocked: an atomic read and write that orders everything before it before everything after it.</summary>
/// <remarks>
/// The real operation runs after the scheduling point, so that it stays atomic for threads outside of control too. The operations on
/// integers of 32 and 64 bits are the same with and without a sign.
/// </remarks>
[Hooks(typeof(Interlocked))]
internal static class InterlockedHooks
{
    public static T Increment<T>(ref T location, ControlledThread thread, int site)
        where T : struct, INumberBase<T> => Add(ref location, T.One, thread, site);

    public static T Decrement<T>(ref T location, ControlledThread thread, int site)
        where T : struct, INumberBase<T> => Add(ref location, unchecked(T.Zero - T.One), thread, site);

    public static T Add<T>(ref T location1, T value, ControlledThread thread, int site)
        where T : struct
    {
        Before(thread, ref location1, site);
        return Recorded(thread, Is32<T>()
            ? Of32<T>(Interlocked.Add(ref As32(ref location1), As32(ref value)))
            : Of64<T>(Interlocked.Add(ref As64(ref location1), As64(ref value))));
    }

    public static T And<T>(ref T location1, T value, ControlledThread thread, int site)
        where T : struct
    {
        Before(thread, ref location1, site);
        return Recorded(thread, Is32<T>()
            ? Of32<T>(Interlocked.And(ref As32(ref location1), As32(ref value)))
            : Of64<T>(Interlocked.And(ref As64(ref location1), As64(ref value))));
    }

    public static T Or<T>(ref T location1, T value, ControlledThread thread, int site)
        where T : struct
    {
        Before(thread, ref location1, site);
        return Recorded(thread, Is32<T>()
            ? Of32<T>(Interlocked.Or(ref As32(ref location1), As32(ref value)))
            : Of64<T>(Interlocked.Or(ref As64(ref location1), As64(ref value))));
    }

    public static T Exchange<T>(ref T location1, T value, ControlledThread thread, int site)
    {
        Before(thread, ref location1, site);
        return Recorded(thread, Interlocked.Exchange(ref location1, value));
    }

    /// <summary>A compare-exchange that fails has only read, so a plain read beside it is no race.</summary>
    public static T CompareExchange<T>(ref T location1, T value, T comparand, ControlledThread thread, int site)
    {
        if (VolatileHooks.Announce(thread, ref location1, site, OperationKind.Update) is not { } variable)
        {
            return Interlocked.CompareExchange(ref location1, value, comparand);
        }

        T before = Interlocked.CompareExchange(ref location1, value, comparand);
        VolatileHooks.Synchronize<T>(thread, variable, site, AreSame(before, comparand) ? OperationKind.Update : OperationKind.Read);
        return Recorded(thread, before);
    }

    public static long Read(ref readonly long location, ControlledThread thread, int site)
    {
        VolatileHooks.Before(thread, ref Unsafe.AsRef(in location), site, OperationKind.Read);
        return Recorded(thread, Interlocked.Read(in location));
    }

    public static ulong Read(ref readonly ulong location, ControlledThread thread, int site)
    {
        VolatileHooks.Before(thread, ref Unsafe.AsRef(in location), site, OperationKind.Read);
        return Recorded(thread, Interlocked.Read(in location));
    }

    public static void MemoryBarrier(ControlledThread thread, int site)
    {
        Fence(thread, site);
        Interlocked.MemoryBarrier();
    }

    public static void MemoryBarrierProcessWide(ControlledThread thread, int site)
    {
        Fence(thread, site);
        Interlocked.MemoryBarrierProcessWide();
    }

    /// <summary>
    /// A barrier publishes and learns nothing in particular; it only shows that the program's plain accesses are deliberate. They remain
    /// races.
    /// </summary>
    internal static void Fence(ControlledThread thread, int site) => thread.RecordOnly(OperationKind.Fence, null, site);

    private static void Before<T>(ControlledThread thread, ref T location, int site) =>
        VolatileHooks.Before(thread, ref location, site, OperationKind.Update);

    private static bool Is32<T>() => Unsafe.SizeOf<T>() == sizeof(int);

    private static ref int As32<T>(ref T place) => ref Unsafe.As<T, int>(ref place);

    private static ref long As64<T>(ref T place) => ref Unsafe.As<T, long>(ref place);

    private static T Of32<T>(int value) => Unsafe.BitCast<int, T>(value);

    private static T Of64<T>(long value) => Unsafe.BitCast<long, T>(value);

    /// <summary>Compares as the processor does: references by identity, values by their bits.</summary>
    private static bool AreSame<T>(T one, T other) =>
        RuntimeHelpers.IsReferenceOrContainsReferences<T>()
            ? ReferenceEquals(one, other)
            : BytesOf(ref one).SequenceEqual(BytesOf(ref other));

    private static ReadOnlySpan<byte> BytesOf<T>(ref T value) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref value), Unsafe.SizeOf<T>());

    private static T Recorded<T>(ControlledThread thread, T value)
    {
        if (thread.Execution.Recorder is { } recorder)
        {
            recorder.Outcome(thread, ValueText.Of(value));
        }

        return value;
    }
}
