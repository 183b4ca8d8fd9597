using System.Reflection;
using System.Runtime.CompilerServices;
using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>Hash codes that .NET draws anew in each run or in each process.</summary>
/// <remarks>
/// In a table that locks by parts, or is sorted by them, hash codes decide which threads meet and what comes first, so they must be the same whenever a schedule is run again. An object that
/// has no hash code but its identity is numbered in order of first use; texts, types and delegates have one by what they are, as do tuples of them.
/// </remarks>
internal static class IdentityHash
{
    private static readonly ConditionalWeakTable<Type, object> s_hasNone = [];

    /// <summary>What rewritten code calls where it asks a value of any type.</summary>
    public static int OfAny<T>(ref T self) =>
        !typeof(T).IsValueType ? Of(self, self!.GetHashCode)
        : self is ITuple tuple && ControlledThread.Current is not null ? OfTuple(tuple)
        : self!.GetHashCode();

    /// <summary>The object's number, if it has no hash code of its own; the same in every process, if its own is not.</summary>
    /// <param name="value">The object.</param>
    /// <param name="own">Called otherwise.</param>
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

    /// <summary>A hash code with one more value in it.</summary>
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
        (bool)s_hasNone.GetValue(type, static type => type.GetMethod(nameof(GetHashCode), Type.EmptyTypes)?.DeclaringType == typeof(object));
}
