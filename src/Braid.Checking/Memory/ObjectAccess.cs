using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Rewriting;

namespace Braid.Checking.Memory;

/// <summary>Calls of objects of .NET other than collections: streams, readers, writers, and those of which nothing is known.</summary>
/// <remarks>Such a call counts as an access to the object, and to the objects that it writes to, such as a writer's stream.</remarks>
internal static class ObjectAccess
{
    private static readonly ConcurrentDictionary<Type, bool> s_plain = new();
    private static readonly ConcurrentDictionary<Type, bool> s_any = new();
    private static readonly ConcurrentDictionary<Type, Func<object, object?>?> s_inner = new();

    public static void ReadObject(object? target, int site)
    {
        if (Plain(target) is { } plain)
        {
            MemoryAccess.ReadObject(plain, site);
        }
    }

    public static void WriteObject(object? target, int site)
    {
        for (object? next = Plain(target); next is not null; next = PlainOrText(Inner(next)))
        {
            MemoryAccess.WriteObject(next, site);
        }
    }

    /// <summary>An object is asked for its text; collections do not read their content for that.</summary>
    public static void ReadText(object? target, int site)
    {
        if (PlainOrText(target) is { } text)
        {
            MemoryAccess.ReadObject(text, site);
        }
    }

    /// <summary>Like <see cref="ReadObject"/>, for an object of which nothing is known.</summary>
    public static void ReadUnknown(object? target, int site)
    {
        if (IsUnknown(target))
        {
            MemoryAccess.ReadObject(target, site);
        }
    }

    public static void WriteUnknown(object? target, int site)
    {
        if (IsUnknown(target))
        {
            MemoryAccess.WriteObject(target, site);
        }
    }

    /// <summary>
    /// The object, if calls of it from several threads need a lock. The console and the shared random number generator have one.
    /// </summary>
    internal static object? Plain(object? target) =>
        target is not null && ControlledThread.Current is { } thread
        && s_plain.GetOrAdd(target.GetType(), static type => PlainObjects.Matches(type, isKnown: true)) && !IsOfRun(target, thread)
            ? target
            : null;

    private static object? PlainOrText(object? target) => target is StringBuilder ? target : Plain(target);

    private static bool IsUnknown(object? target) =>
        target is not null && ControlledThread.Current is not null
        && s_any.GetOrAdd(target.GetType(), static type => PlainObjects.Matches(type, isKnown: false));

    private static bool IsOfRun(object target, ControlledThread thread) =>
        target is TextWriter or Random
        && RunNumbers.Of(thread) is var numbers
        && (ReferenceEquals(numbers.Output, target) || ReferenceEquals(numbers.SharedRandom, target));

    private static object? Inner(object target) => s_inner.GetOrAdd(target.GetType(), FindInner)?.Invoke(target);

    private static Func<object, object?>? FindInner(Type type)
    {
        FieldInfo? field = CollectionAccess.FindField(type, static field =>
            field.DeclaringType!.Assembly == typeof(object).Assembly && IsTarget(field.FieldType));
        return field is null ? null : CollectionAccess.Reader<object?>(type, field);
    }

    private static bool IsTarget(Type type) =>
        typeof(Stream).IsAssignableFrom(type) || typeof(TextWriter).IsAssignableFrom(type) || type == typeof(StringBuilder);
}
