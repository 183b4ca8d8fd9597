using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The hash code of an object that has none but its identity.</summary>
/// <remarks>
/// .NET draws it. In a table that locks by parts it decides which threads meet, so it must not differ from run to run: here objects are
/// numbered in order of first use.
/// </remarks>
internal static class IdentityHash
{
    private static readonly ConditionalWeakTable<Type, object> s_hasNone = [];

    /// <summary>What rewritten code calls where it asks a value of any type.</summary>
    public static int OfAny<T>(ref T self) =>
        typeof(T).IsValueType ? self!.GetHashCode() : Of(self, self!.GetHashCode);

    /// <summary>The object's number, if it has no hash code of its own.</summary>
    /// <param name="value">The object.</param>
    /// <param name="own">Called otherwise.</param>
    public static int Of(object? value, Func<int> own) =>
        value is not null && ControlledThread.Current is { } thread && HasNone(value.GetType()) ? RunNumbers.Of(thread).HashOf(value) : own();

    private static bool HasNone(Type type) =>
        (bool)s_hasNone.GetValue(type, static type => type.GetMethod(nameof(GetHashCode), Type.EmptyTypes)?.DeclaringType == typeof(object));
}
