using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Braid.Checking.Engine;

namespace Braid.Checking.Memory;

/// <summary>What rewritten code says before, and after, it calls a method that is not looked into with arrays, spans, references or collections.</summary>
/// <remarks>
/// Each range is given by its memory, its first element, and how many there are: <see cref="Rest"/> for all from there, <see cref="AsMany"/> for as many as the range before it has. A range that is not
/// in its memory is passed over: the call throws. While a run has one thread, nothing needs to be known: all others will begin after it.
/// </remarks>
internal static class ArgumentAccess
{
    public const int Rest = -1;
    public const int AsMany = -2;

    private static readonly ConcurrentDictionary<Type, bool> s_lookedInto = new();
    private static readonly ConcurrentDictionary<Type, int> s_elementBytes = new();
    private static readonly ConcurrentDictionary<Type, Func<object, int>?> s_counts = new();

    /// <summary>The call is virtual: what the object does itself is seen if it is looked into.</summary>
    public static void Begin(object? target)
    {
        if (Watched() is { } thread)
        {
            thread.Worker!.Accesses.Ignored = target is not null && s_lookedInto.GetOrAdd(target.GetType(), static type => AssemblyLoadContext.GetLoadContext(type.Assembly) is Rewriting.SubjectContext);
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
            Add(thread, ref MemoryMarshal.GetArrayDataReference(array), array.Length, ElementBytes(element), !element.IsValueType, start, count, site, use);
        }
    }

    /// <summary>An array in a place of its own, which the call may replace.</summary>
    public static void ElementsBehind<T>(ref T[]? array, nint start, nint count, int site, ArgumentUse use) => Elements(array, start, count, site, use);

    public static void OfSpan<T>(Span<T> span, nint start, nint count, int site, ArgumentUse use) => OfReadOnlySpan((ReadOnlySpan<T>)span, start, count, site, use);

    public static void OfReadOnlySpan<T>(ReadOnlySpan<T> span, nint start, nint count, int site, ArgumentUse use)
    {
        if (Watched() is { } thread)
        {
            Add<T>(thread, ref MemoryMarshal.GetReference(span), span.Length, start, count, site, use);
        }
    }

    public static void OfMemory<T>(Memory<T> memory, nint start, nint count, int site, ArgumentUse use) => OfReadOnlyMemory((ReadOnlyMemory<T>)memory, start, count, site, use);

    /// <remarks>Memory that a manager of the program's hands out is left out: to ask for it is to call the program.</remarks>
    public static void OfReadOnlyMemory<T>(ReadOnlyMemory<T> memory, nint start, nint count, int site, ArgumentUse use)
    {
        if (MemoryMarshal.TryGetArray(memory, out ArraySegment<T> segment))
        {
            OfReadOnlySpan((ReadOnlySpan<T>)segment, start, count, site, use);
        }
    }

    public static void OfSegment<T>(ArraySegment<T> segment, nint start, nint count, int site, ArgumentUse use) => OfReadOnlySpan((ReadOnlySpan<T>)segment, start, count, site, use);

    /// <summary>A place that the call is given a reference to, or as many bytes from there on.</summary>
    public static unsafe void Place<T>(ref T location, nint start, nint count, int site, ArgumentUse use)
    {
        if (Watched() is { } thread && !Unsafe.IsNullRef(ref location))
        {
            nint length = (use & ArgumentUse.InBytes) == 0 ? 1 : Math.Max(0, count) / Unsafe.SizeOf<T>();
            Add<T>(thread, ref location, Math.Max(1, length), start, count, site, use);
        }
    }

    /// <summary>A collection, if it is one that is not made for several threads; or an array that goes for one.</summary>
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
            // Made for several threads, or looked into itself.
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

    /// <summary>The thread, if there is any other in this run that what it does matters to.</summary>
    private static ControlledThread? Watched() =>
        ControlledThread.Current is { NoSwitch: 0 } thread && thread.Execution is { Ending: false, Threads.Count: > 1 } ? thread : null;

    private static void Add<T>(ControlledThread thread, ref readonly T first, nint length, nint start, nint count, int site, ArgumentUse use) =>
        Add(thread, ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in first)), length, Unsafe.SizeOf<T>(), MemoryAccess.IsOneReference<T>(), start, count, site, use);

    private static unsafe void Add(ControlledThread thread, ref byte first, nint length, int elementBytes, bool isReference, nint start, nint count, int site, ArgumentUse use)
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

    private static int ElementBytes(Type element) => s_elementBytes.GetOrAdd(element, static element => element.IsValueType ? RuntimeHelpers.SizeOf(element.TypeHandle) : nint.Size);

    private static int Count(object target) => target is ICollection collection ? collection.Count
        : s_counts.GetOrAdd(target.GetType(), static type => type.GetProperty("Count", BindingFlags.Instance | BindingFlags.Public, null, typeof(int), [], null) is { } count ? target => (int)count.GetValue(target)! : null)?.Invoke(target) ?? int.MaxValue;
}
