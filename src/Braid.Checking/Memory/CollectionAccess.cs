using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using Braid.Checking.Engine;
using Braid.Checking.Rewriting;

namespace Braid.Checking.Memory;

/// <summary>Calls through an interface that may reach a collection which is not thread-safe, or an array.</summary>
/// <remarks>
/// An object that only holds another collection, such as a read-only view, stands for that. An enumerator of .NET's core stands for its
/// collection.
/// </remarks>
internal static class CollectionAccess
{
    private const BindingFlags Fields =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, bool> s_known = new();
    private static readonly ConcurrentDictionary<Type, Func<object, object?>?> s_sources = new();
    private static readonly ConcurrentDictionary<Type, Func<object, object?>?> s_inner = new();
    private static readonly ConcurrentDictionary<Type, Func<object, nint>> s_indices = new();

    /// <summary>The collection is read, but not the elements of an array: for example its length.</summary>
    public static void ReadObject(object? target, int site)
    {
        if (Current() is not null && Source(target) is { } source && source is not (Array or Hashtable))
        {
            // A Hashtable allows one writer beside any number of readers.
            MemoryAccess.ReadObject(source, site);
        }
    }

    /// <summary>The whole collection or array is read.</summary>
    public static void ReadWhole(object? target, int site)
    {
        if (Current() is not null)
        {
            Whole(target, site, ArgumentUse.Read);
        }
    }

    /// <summary>The collection is changed.</summary>
    public static void WriteObject(object? target, int site)
    {
        if (Current() is not null)
        {
            Whole(target, site, ArgumentUse.Write);
        }
    }

    /// <summary>An element is read.</summary>
    public static void ReadItem(object? target, int index, int site)
    {
        if (Current() is not null)
        {
            Item(target, index, site, ArgumentUse.Read);
        }
    }

    /// <summary>An element is replaced.</summary>
    public static void WriteItem(object? target, int index, int site)
    {
        if (Current() is not null)
        {
            Item(target, index, site, ArgumentUse.Write);
        }
    }

    /// <summary>An enumerator moves to the next element.</summary>
    public static void Next(object? enumerator, int site)
    {
        if (Current() is null || enumerator is null || s_sources.GetOrAdd(enumerator.GetType(), FindSource) is not { } find)
        {
            return;
        }

        object? source = find(enumerator);
        if (source is Array)
        {
            Func<object, nint> index = s_indices.GetOrAdd(
                enumerator.GetType(),
                static type => Reader<nint>(type, FindField(type, static field => field.Name == "_index")!));
            Item(source, (int)index(enumerator) + 1, site, ArgumentUse.Read);
        }
        else
        {
            ReadObject(source, site);
        }
    }

    /// <summary>The plain collection or array that an object is or stands for; null if there is none.</summary>
    internal static object? Source(object? target)
    {
        while (target is not null and not Array)
        {
            Type type = target.GetType();
            if (s_known.GetOrAdd(type, PlainCollections.Matches))
            {
                return target;
            }

            target = s_inner.GetOrAdd(type, FindInner)?.Invoke(target);
        }

        return target;
    }

    private static ControlledThread? Current() => ControlledThread.Current;

    private static void Whole(object? target, int site, ArgumentUse use)
    {
        object? source = Source(target);
        if (source is Array array)
        {
            ArgumentAccess.ElementsOfAny(array, 0, ArgumentAccess.Rest, site, use);
            ArgumentAccess.Announce();
        }
        else if (use == ArgumentUse.Write)
        {
            MemoryAccess.WriteObject(source, site);
        }
        else
        {
            ReadObject(source, site);
        }
    }

    private static void Item(object? target, int index, int site, ArgumentUse use)
    {
        if (Source(target) is Array array)
        {
            ArgumentAccess.ElementsOfAny(array, index, 1, site, use);
            ArgumentAccess.Announce();
        }
        else
        {
            Whole(target, site, use);
        }
    }

    private static Func<object, object?>? FindInner(Type type) =>
        PlainCollections.IsView(type)
        && FindField(type, static field => typeof(IEnumerable).IsAssignableFrom(field.FieldType)) is { } field
            ? Reader<object?>(type, field)
            : null;

    private static Func<object, object?>? FindSource(Type type) =>
        type.Assembly == typeof(object).Assembly
        && FindField(type, static field => IsPlainSource(field.FieldType)) is { } field
        && (!field.FieldType.IsArray || FindField(type, static field => field.Name == "_index") is not null)
            ? Reader<object?>(type, field)
            : null;

    private static bool IsPlainSource(Type type) => typeof(Array).IsAssignableFrom(type) || PlainCollections.Matches(type);

    internal static FieldInfo? FindField(Type? type, Predicate<FieldInfo> fits) =>
        type is null ? null : Array.Find(type.GetFields(Fields), fits) ?? FindField(type.BaseType, fits);

    internal static Func<object, T> Reader<T>(Type type, FieldInfo field)
    {
        var method = new DynamicMethod(field.Name, typeof(T), [typeof(object)], typeof(CollectionAccess).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(type.IsValueType ? OpCodes.Unbox : OpCodes.Castclass, type);
        il.Emit(OpCodes.Ldfld, field);
        if (typeof(T) == typeof(nint))
        {
            il.Emit(OpCodes.Conv_I);
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<object, T>>();
    }
}
