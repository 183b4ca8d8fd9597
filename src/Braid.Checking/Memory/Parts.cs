using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Braid.Checking.Memory;

/// <summary>
/// The locations that a struct consists of: code can access each of them by itself, and an access to the struct accesses all of them.
/// </summary>
/// <typeparam name="T">The type that is read or written as a whole.</typeparam>
internal static class Parts<T>
{
    /// <summary>The offsets of all locations but the first, which lies at the struct's own address; null if that is the only one.</summary>
    public static readonly int[]? Others = Parts.Of(typeof(T));
}

/// <summary>Finds the locations of a struct.</summary>
internal static class Parts
{
    public static int[]? Of(Type type)
    {
        if (IsWhole(type))
        {
            return null;
        }

        var places = new SortedSet<int>();
        Add(places, type, 0);
        places.Remove(0);
        return places.Count == 0 ? null : [.. places];
    }

    /// <summary>Whether only the whole can be accessed: most of .NET's own structs have no public fields; tuples and vectors do.</summary>
    private static bool IsWhole(Type type) =>
        !type.IsValueType || type.IsPrimitive || type.IsEnum
        || (type.Assembly == typeof(object).Assembly && type.GetFields(BindingFlags.Instance | BindingFlags.Public).Length == 0);

    private static void Add(SortedSet<int> places, Type type, int at)
    {
        FieldInfo[] fields = IsWhole(type) ? [] : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        if (fields.Length == 0)
        {
            places.Add(at);
        }

        foreach (FieldInfo field in fields)
        {
            int first = at + OffsetOf(type, field);
            (Type element, int count) = field.GetCustomAttribute<FixedBufferAttribute>() is { } buffer
                ? (buffer.ElementType, buffer.Length)
                : (field.FieldType, type.GetCustomAttribute<InlineArrayAttribute>()?.Length ?? 1);
            int size = count == 1 ? 0 : RuntimeHelpers.SizeOf(element.TypeHandle);
            for (int i = 0; i < count; i++)
            {
                Add(places, element, first + (i * size));
            }
        }
    }

    private static int OffsetOf(Type type, FieldInfo field)
    {
        var method = new DynamicMethod("Offset", typeof(int), [type.MakeByRefType()], typeof(Parts).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldflda, field);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Conv_I4);
        il.Emit(OpCodes.Ret);
        return (int)method.Invoke(null, [RuntimeHelpers.GetUninitializedObject(type)])!;
    }
}
