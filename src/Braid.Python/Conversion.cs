using System.Collections;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Braid.Python;

/// <summary>Converts what was read to the type that the program asks for: exactly, or not at all.</summary>
internal sealed class Conversion
{
    private static readonly MethodInfo s_toList = Method(nameof(ToList));
    private static readonly MethodInfo s_toArray = Method(nameof(ToArray));
    private static readonly MethodInfo s_toSet = Method(nameof(ToSet));
    private static readonly MethodInfo s_toDictionary = Method(nameof(ToDictionary));

    // A list that was read once and is converted to one type remains one list.
    private readonly Dictionary<(object, Type), object> _converted = new(SameObject.Comparer);

    public static T To<T>(object? value, PickleOptions options) => (T)To(typeof(T), value, options)!;

    public static object? To(Type type, object? value, PickleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Conversion().Convert(type, value);
    }

    private object? Convert(Type type, object? value)
    {
        if (value is null)
        {
            return !type.IsValueType || Nullable.GetUnderlyingType(type) is not null ? null : throw Refuse(type, value);
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsInstanceOfType(value) && (!type.IsArray || value.GetType() == type))
        {
            return value;
        }

        return Number(type, value) ?? Collection(type, value) ?? throw Refuse(type, value);
    }

    private static object? Number(Type type, object value)
    {
        if (value is double real)
        {
            return type == typeof(float) && (double.IsNaN(real) || (float)real == real) ? (float)real
                : type == typeof(Half) && (double.IsNaN(real) || (double)(Half)real == real) ? (Half)real
                : null;
        }

        if (value is string { Length: 1 } text && type == typeof(char))
        {
            return text[0];
        }

        const int Short = 32;
        if (PythonInt.Of(value) is not { } integer)
        {
            return value is DateTimeOffset { Offset.Ticks: 0 } time && type == typeof(DateTime) ? time.UtcDateTime : null;
        }

        try
        {
            return type switch
            {
                _ when type == typeof(int) => (int)integer,
                _ when type == typeof(long) => (long)integer,
                _ when type == typeof(BigInteger) => integer,
                _ when type == typeof(short) => (short)integer,
                _ when type == typeof(sbyte) => (sbyte)integer,
                _ when type == typeof(byte) => (byte)integer,
                _ when type == typeof(ushort) => (ushort)integer,
                _ when type == typeof(uint) => (uint)integer,
                _ when type == typeof(ulong) => (ulong)integer,
                _ when type == typeof(nint) => (nint)integer,
                _ when type == typeof(nuint) => (nuint)integer,
                _ when type == typeof(Int128) => (Int128)integer,
                _ when type == typeof(UInt128) => (UInt128)integer,
                _ when type == typeof(decimal) => (decimal)integer,
                _ when type == typeof(double) && new BigInteger((double)integer) == integer => (double)integer,
                _ when type == typeof(float) && new BigInteger((float)integer) == integer => (float)integer,
                _ => (object?)null,
            };
        }
        catch (OverflowException e)
        {
            string shown = integer.GetByteCount() <= Short ? integer.ToString(null, null) : $"of {integer.GetByteCount():n0} bytes";
            throw new PickleException($"The int {shown} is no {type}.", e);
        }
    }

    private object? Collection(Type type, object value)
    {
        if (_converted.TryGetValue((value, type), out object? converted))
        {
            return converted;
        }

        converted = type switch
        {
            _ when type.IsSZArray => Make(s_toArray, value, type.GetElementType()!),
            _ when type.IsAssignableTo(typeof(ITuple)) && type.IsGenericType => Tuple(type, value),
            { IsGenericType: true } => Generic(type, type.GetGenericTypeDefinition(), type.GetGenericArguments(), value),
            _ => null,
        };
        if (converted is not null && !type.IsValueType)
        {
            _converted[(value, type)] = converted;
        }

        return converted;
    }

    private object? Generic(Type type, Type definition, Type[] arguments, object value)
    {
        MethodInfo? method = definition switch
        {
            _ when definition == typeof(List<>) || definition == typeof(IList<>) || definition == typeof(IReadOnlyList<>)
                || definition == typeof(ICollection<>) || definition == typeof(IReadOnlyCollection<>)
                || definition == typeof(IEnumerable<>) => s_toList,
            _ when definition == typeof(HashSet<>) || definition == typeof(ISet<>) || definition == typeof(IReadOnlySet<>) => s_toSet,
            _ when definition == typeof(Dictionary<,>) || definition == typeof(IDictionary<,>)
                || definition == typeof(IReadOnlyDictionary<,>) => s_toDictionary,
            _ => null,
        };
        return method is null ? null : Make(method, value, arguments);
    }

    private object? Make(MethodInfo method, object value, params Type[] arguments)
    {
        try
        {
            return method.MakeGenericMethod(arguments).Invoke(this, [value]);
        }
        catch (TargetInvocationException e) when (e.InnerException is PickleException inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    private T[]? ToArray<T>(object value) => Items(value) is { } items ? [.. items.Select(item => (T)Convert(typeof(T), item)!)] : null;

    private List<T>? ToList<T>(object value) => Items(value) is { } items ? [.. items.Select(item => (T)Convert(typeof(T), item)!)] : null;

    /// <summary>The items of a list or a tuple, or of an array of numbers.</summary>
    private static IEnumerable<object?>? Items(object value) => value switch
    {
        List<object?> list => list,
        object?[] tuple => tuple,
        byte[] => null,
        Array numbers => numbers.Cast<object?>(),
        NDArray { Shape.Count: 1 } numbers => numbers.Elements.Cast<object?>(),
        _ => null,
    };

    private HashSet<T>? ToSet<T>(object value)
    {
        if (CollectionShape.Of(value.GetType()) is not (CollectionShape.Kind.Set or CollectionShape.Kind.FrozenSet))
        {
            return null;
        }

        var set = new HashSet<T>();
        foreach (object? item in (IEnumerable)value)
        {
            if (!set.Add((T)Convert(typeof(T), item)!))
            {
                throw new PickleException($"Two elements of the set are one as {typeof(T)}.");
            }
        }

        return set;
    }

    private Dictionary<TKey, TValue>? ToDictionary<TKey, TValue>(object value)
        where TKey : notnull
    {
        if (value is not Dictionary<object, object?> items)
        {
            return null;
        }

        var dictionary = new Dictionary<TKey, TValue>(items.Count);
        foreach ((object key, object? item) in items)
        {
            if (!dictionary.TryAdd((TKey)Convert(typeof(TKey), key)!, (TValue)Convert(typeof(TValue), item)!))
            {
                throw new PickleException($"Two keys of the dictionary are one as {typeof(TKey)}.");
            }
        }

        return dictionary;
    }

    private object? Tuple(Type type, object value)
    {
        Type[] parts = type.GetGenericArguments();
        const int Direct = 7;                            // further parts are in a tuple of their own
        if (value is not object?[] items || (parts.Length <= Direct ? items.Length != parts.Length : items.Length <= Direct))
        {
            return null;
        }

        object?[] converted = new object?[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            converted[i] = Convert(parts[i], i < Direct ? items[i] : items[Direct..]);
        }

        return Activator.CreateInstance(type, converted);
    }

    private static PickleException Refuse(Type type, object? value) => new(
        value is null ? $"None is no {type}." : $"A {value.GetType()} is no {type}, or not exactly.");

    private static MethodInfo Method(string name) => typeof(Conversion).GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!;

    private sealed class SameObject : IEqualityComparer<(object Value, Type Type)>
    {
        public static SameObject Comparer { get; } = new();

        public bool Equals((object Value, Type Type) x, (object Value, Type Type) y) =>
            ReferenceEquals(x.Value, y.Value) && x.Type == y.Type;

        public int GetHashCode((object Value, Type Type) obj) => HashCode.Combine(RuntimeHelpers.GetHashCode(obj.Value), obj.Type);
    }
}
