using System.Reflection;
using System.Runtime.CompilerServices;
using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>Hash codes that .NET makes anew in each run or in each process.</summary>
/// <remarks>
/// In a table that locks by parts, or that is ordered by them, hash codes decide which threads meet and what comes first, so they must be
/// the same whenever a schedule is replayed. Objects without a hash code of their own are numbered in order of first use. Strings, types
/// and delegates have a hash code by value, as do tuples of them.
/// </remarks>
internal static class IdentityHash
{
    private static readonly ConditionalWeakTable<Type, object> s_hasNone = [];

    /// <summary>Called by rewritten code that asks a value of any type for its hash code.</summary>
    public static int OfAny<T>(ref T self) =>
        !typeof(T).IsValueType ? Of(self, self!.GetHashCode)
        : self is ITuple tuple && ControlledThread.Current is not null ? OfTuple(tuple)
        : self!.GetHashCode();

    /// <summary>
    /// The object's number, if it has no hash code of its own; a hash code by value, if its own differs from process to process.
    /// </summary>
    /// <param name="value">The object.</param>
    /// <param name="own">Returns the object's own hash code, for all other objects.</param>
    public static int Of(object? value, Func<int> own) =>
        value is null || ControlledThread.Current is not { } thread ? own()
        : value switch
        {
            string text => OfText(text),
            MemberInfo or Assembly or Module => OfText(value.ToString()!),
            Delegate call => OfText($"{call.Method.DeclaringType}.{call.Method}"),
            ITuple tuple when value.GetType().Assembly == typeof(object).Assembly => OfTuple(tuple),
            _ => HasNone(value.GetType()) ? RunNumbers.Of(thread).HashOf(value) : own(),
        };

    public static int OfText(string text) => unchecked((int)StableHash.Of(text));

    /// <summary>Combines a hash code with one more value.</summary>
    public static int Add(int hash, int value) => unchecked((int)(((uint)hash ^ (uint)value) * 16777619u));

    private static int OfTuple(ITuple tuple)
    {
        int hash = tuple.Length;
        for (int i = 0; i < tuple.Length; i++)
        {
            hash = Add(hash, tuple[i] is { } item ? Of(item, item.GetHashCode) : 0);
        }

        return hash;
    }

    private static bool HasNone(Type type) =>
        (bool)s_hasNone.GetValue(
            type, static type => type.GetMethod(nameof(GetHashCode), Type.EmptyTypes)?.DeclaringType == typeof(object));
}
