using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Braid.Checking.Engine;

namespace Braid.Checking.Memory;

/// <summary>
/// Called by rewritten code before, and after, it calls a method that is not rewritten with arrays, spans, references or collections.
/// </summary>
/// <remarks>
/// Each range is given by its memory, its first element, and a count: <see cref="Rest"/> for all elements from there, <see cref="AsMany"/>
/// for as many as the range before it has. A range that does not lie in its memory is skipped: the call will throw. While a run has one
/// thread, no access needs to be recorded: all other threads will begin after it.
/// </remarks>
internal static class ArgumentAccess
{
    public const int Rest = -1;
    public const int AsMany = -2;

    private static readonly ConcurrentDictionary<Type, bool> s_isRewritten = new();
    private static readonly ConcurrentDictionary<Type, int> s_elementBytes = new();
    private static readonly ConcurrentDictionary<Type, Func<object, int>?> s_counts = new();

    /// <summary>Called for a virtual call: if the object's code is rewritten, its own accesses are seen there.</summary>
    public static void Begin(object? target)
    {
        if (Watched() is { } thread)
        {
            thread.Worker!.Accesses.Ignored = target is not null && s_isRewritten.GetOrAdd(
                target.GetType(),
                static type => AssemblyLoadContext.GetLoadContext(type.Assembly) is Rewriting.SubjectContext);
        }
    }

    public static void Announce()
    {
        if (Watched() is { } thread)
        {
            thread.Worker!.Accesses.Announce(thread);
        }
    }

    public static void Note()
    {
        if (Watched() is { } thread)
        {
            thread.Worker!.Accesses.Note(thread);
        }
    }

    public static void Elements<T>(T[]? array, nint start, nint count, int site, ArgumentUse use)
    {
        if (array is not null && Watched() is { } thread)
        {
            Add<T>(thread, ref MemoryMarshal.GetArrayDataReference(array), array.Length, start, count, site, use);
        }
    }

    public static void ElementsOfAny(Array? array, nint start, nint count, int site, ArgumentUse use)
    {
        if (array is not null && Watched() is { } thread)
        {
            Type element = array.GetType().GetElementType()!;
            ref byte first = ref MemoryMarshal.GetArrayDataReference(array);
            Add(thread, ref first, array.Length, ElementBytes(element), !element.IsValueType, start, count, site, use);
        }
    }

    /// <summary>An array in a location of its own, which the call may replace.</summary>
    public static void ElementsBehind<T>(ref T[]? array, nint start, nint count, int site, ArgumentUse use) =>
        Elements(array, start, count, site, use);

    public static void OfSpan<T>(Span<T> span, nint start, nint count, int site, ArgumentUse use) =>
        OfReadOnlySpan((ReadOnlySpan<T>)span, start, count, site, use);

    public static void OfReadOnlySpan<T>(ReadOnlySpan<T> span, nint start, nint count, int site, ArgumentUse use)
    {
        if (Watched() is { } thread)
        {
            Add<T>(thread, ref MemoryMarshal.GetReference(span), span.Length, start, count, site, use);
        }
    }

    public static void OfMemory<T>(Memory<T> memory, nint start, nint count, int site, ArgumentUse use) =>
        OfReadOnlyMemory((ReadOnlyMemory<T>)memory, start, count, site, use);

    /// <remarks>Memory of a memory manager of the program's is left out: to access it is to call the program.</remarks>
    public static void OfReadOnlyMemory<T>(ReadOnlyMemory<T> memory, nint start, nint count, int site, ArgumentUse use)
    {
        if (MemoryMarshal.TryGetArray(memory, out ArraySegment<T> segment))
        {
            OfReadOnlySpan((ReadOnlySpan<T>)segment, start, count, site, use);
        }
    }

    public static void OfSegment<T>(ArraySegment<T> segment, nint start, nint count, int site, ArgumentUse use) =>
        OfReadOnlySpan((ReadOnlySpan<T>)segment, start, count, site, use);

    /// <summary>The location that a reference argument points to, or as many bytes from there on.</summary>
    public static unsafe void Place<T>(ref T location, nint start, nint count, int site, ArgumentUse use)
    {
        if (Watched() is { } thread && !Unsafe.IsNullRef(ref location))
        {
            nint length = (use & ArgumentUse.InBytes) == 0 ? 1 : Math.Max(0, count) / Unsafe.SizeOf<T>();
            Add<T>(thread, ref location, Math.Max(1, length), start, count, site, use);
        }
    }

    /// <summary>A collection, if it is not thread-safe; or an array that is passed as one.</summary>
    public static void Collection(object? target, nint start, nint count, int site, ArgumentUse use)
    {
        if (Watched() is not { } thread || thread.Worker!.Accesses.Ignored)
        {
            return;
        }

        if (count == AsMany)
        {
            thread.Worker.Accesses.Length = target is string text ? text.Length : target is null ? 0 : Count(target);
        }
        else if (CollectionAccess.Source(target) is not { } source)
        {
            // It is thread-safe, or rewritten itself.
        }
        else if (source is Array array)
        {
            ElementsOfAny(array, start, Rest, site, use);
        }
        else if (source is not Hashtable || use != ArgumentUse.Read)
        {
            Add(thread, ref MemoryAccess.FirstByteOf(source), 1, 1, isReference: false, 0, 1, site, use);
        }
    }

    /// <summary>A stream, a reader or a writer.</summary>
    public static void Object(object? target, nint start, nint count, int site, ArgumentUse use)
    {
        if (Watched() is { } thread && ObjectAccess.Plain(target) is { } plain)
        {
            Add(thread, ref MemoryAccess.FirstByteOf(plain), 1, 1, isReference: false, 0, 1, site, use);
        }
    }

    /// <summary>The current thread, if the run has any other thread to which its accesses matter.</summary>
    private static ControlledThread? Watched() =>
        ControlledThread.Current is { NoSwitch: 0 } thread && thread.Execution is { Ending: false, Threads.Count: > 1 } ? thread : null;

    private static void Add<T>(
        ControlledThread thread, ref readonly T first, nint length, nint start, nint count, int site, ArgumentUse use) =>
        Add(
            thread,
            ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in first)),
            length,
            Unsafe.SizeOf<T>(),
            MemoryAccess.IsOneReference<T>(),
            start,
            count,
            site,
            use);

    private static unsafe void Add(
        ControlledThread thread, ref byte first, nint length, int elementBytes, bool isReference, nint start, nint count, int site,
        ArgumentUse use)
    {
        int unit = (use & ArgumentUse.InBytes) == 0 ? elementBytes : 1;
        length = length * elementBytes / unit;
        CallAccesses accesses = thread.Worker!.Accesses;
        count = count == AsMany ? Math.Min(accesses.Length, length - start) : count == Rest ? length - start : count;
        accesses.Length = count;
        if (start < 0 || count <= 0 || start > length - count)
        {
            return;
        }

        nuint address = (nuint)Unsafe.AsPointer(ref Unsafe.Add(ref first, start * unit));
        if (thread.Worker.StackTop - address >= thread.Worker.StackBytes)
        {
            accesses.Add(address, address + (nuint)(count * unit), elementBytes, isReference, site, use);
        }
    }

    private static int ElementBytes(Type element) => s_elementBytes.GetOrAdd(
        element, static element => element.IsValueType ? RuntimeHelpers.SizeOf(element.TypeHandle) : nint.Size);

    private static int Count(object target) =>
        target is ICollection collection
            ? collection.Count
            : s_counts.GetOrAdd(target.GetType(), FindCount)?.Invoke(target) ?? int.MaxValue;

    private static Func<object, int>? FindCount(Type type) =>
        type.GetProperty("Count", BindingFlags.Instance | BindingFlags.Public, null, typeof(int), [], null) is { } count
            ? target => (int)count.GetValue(target)!
            : null;
}
