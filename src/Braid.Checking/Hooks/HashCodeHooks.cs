using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// HashCode, which .NET seeds anew in each process, and which calls GetHashCode on its arguments out of sight: see
/// <see cref="IdentityHash"/>.
/// </summary>
/// <remarks>Under control, the struct's first field holds the hash code so far, and nothing else of it is used.</remarks>
[Hooks(typeof(HashCode), Allowed = [".ctor"])]
internal static class HashCodeHooks
{
    private const int Start = 17;

    public static int Combine<T1>(T1 value1, ControlledThread thread, int site) => With(Start, value1);

    public static int Combine<T1, T2>(T1 value1, T2 value2, ControlledThread thread, int site) =>
        With(Combine(value1, thread, site), value2);

    public static int Combine<T1, T2, T3>(T1 value1, T2 value2, T3 value3, ControlledThread thread, int site) =>
        With(Combine(value1, value2, thread, site), value3);

    public static int Combine<T1, T2, T3, T4>(T1 value1, T2 value2, T3 value3, T4 value4, ControlledThread thread, int site) =>
        With(Combine(value1, value2, value3, thread, site), value4);

    public static int Combine<T1, T2, T3, T4, T5>(
        T1 value1, T2 value2, T3 value3, T4 value4, T5 value5, ControlledThread thread, int site) =>
        With(Combine(value1, value2, value3, value4, thread, site), value5);

    public static int Combine<T1, T2, T3, T4, T5, T6>(
        T1 value1, T2 value2, T3 value3, T4 value4, T5 value5, T6 value6, ControlledThread thread, int site) =>
        With(Combine(value1, value2, value3, value4, value5, thread, site), value6);

    public static int Combine<T1, T2, T3, T4, T5, T6, T7>(
        T1 value1, T2 value2, T3 value3, T4 value4, T5 value5, T6 value6, T7 value7, ControlledThread thread, int site) =>
        With(Combine(value1, value2, value3, value4, value5, value6, thread, site), value7);

    public static int Combine<T1, T2, T3, T4, T5, T6, T7, T8>(
        T1 value1, T2 value2, T3 value3, T4 value4, T5 value5, T6 value6, T7 value7, T8 value8, ControlledThread thread, int site) =>
        With(Combine(value1, value2, value3, value4, value5, value6, value7, thread, site), value8);

    public static void Add<T>(ref HashCode self, T value, ControlledThread thread, int site) =>
        SoFar(ref self) = With(SoFar(ref self), value);

    public static void Add<T>(ref HashCode self, T value, IEqualityComparer<T>? comparer, ControlledThread thread, int site) =>
        SoFar(ref self) = IdentityHash.Add(SoFar(ref self), HashOf(value, comparer ?? EqualityComparer<T>.Default, thread, site));

    public static void AddBytes(ref HashCode self, ReadOnlySpan<byte> value, ControlledThread thread, int site)
    {
        foreach (byte part in value)
        {
            SoFar(ref self) = IdentityHash.Add(SoFar(ref self), part);
        }
    }

    public static int ToHashCode(ref HashCode self, ControlledThread thread, int site) => SoFar(ref self);

    private static int HashOf<T>(T value, IEqualityComparer<T> comparer, ControlledThread thread, int site) =>
        value is null ? 0 : EqualityComparerHooks.GetHashCode(comparer, value, thread, site);

    private static int With<T>(int hash, T value) => IdentityHash.Add(hash, value is null ? 0 : IdentityHash.OfAny(ref value));

    private static ref int SoFar(ref HashCode self) => ref Unsafe.As<HashCode, int>(ref self);
}
