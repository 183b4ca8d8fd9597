using System.Buffers;
using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace Braid.Multiprocessing;

/// <summary>
/// Codec for objects of types with <see cref="Statics"/>: if a static names the object, which one; otherwise by the codec of its type.
/// </summary>
/// <remarks>
/// The value of a static field of the program (a start time, a setting) may differ between the two processes, so the state of the object
/// travels too. If the receiver's object has the same state, it is used. Otherwise the receiver makes a copy, or refuses if no other code
/// makes objects of the type.
/// </remarks>
internal sealed class StaticCodec(Type type, Statics statics, ObjectCodec inner) : ObjectCodec
{
    public override void ThrowIfRefused(object value)
    {
        if (statics.IsVerified || statics.IndexOf(value) < 0)
        {
            inner.ThrowIfRefused(value);
        }
    }

    public override void Write(PayloadWriter writer, object value)
    {
        int index = statics.IndexOf(value);
        writer.WriteVarint((ulong)(index + 1));
        if (index < 0)
        {
            inner.Write(writer, value);
        }
        else if (statics.IsVerified)
        {
            var contents = new ArrayBufferWriter<byte>();
            WriteContents(writer.CreateNested(contents), value);
            writer.WriteVarint((ulong)contents.WrittenCount);
            writer.WriteBytes(contents.WrittenSpan);
        }
    }

    public override unsafe object Read(ref PayloadReader reader, int number)
    {
        ulong index = reader.ReadVarint();
        if (index == 0)
        {
            return inner.Read(ref reader, number);
        }

        if (!statics.IsVerified)
        {
            return statics.At(index - 1);
        }

        ReadOnlySpan<byte> contents = reader.ReadSpan(reader.ReadCount(1));
        object here = statics.At(index - 1);
        if (here.GetType() == type && contents.SequenceEqual(ContentsOf(here)))
        {
            return here;
        }

        if (statics.IsSingleton)
        {
            throw new PayloadException(
                $"{statics.NameOf((int)index - 1)} arrived, the one object of its kind, and the one of this process holds something " +
                "else. Pass what is needed of it.");
        }

        fixed (byte* start = contents)
        {
            var apart = new PayloadReader(start, contents.Length, reader.Source);
            return inner.Read(ref apart, apart.ReserveObject());
        }
    }

    private byte[] ContentsOf(object value)
    {
        var contents = new ArrayBufferWriter<byte>();
        var writer = new PayloadWriter(contents);
        try
        {
            WriteContents(writer, value);
            return contents.WrittenSpan.ToArray();
        }
        catch (PayloadException)
        {
            return [];      // it holds something that cannot travel; the received one did not
        }
        finally
        {
            writer.ReleaseCarried();
        }
    }

    private void WriteContents(PayloadWriter writer, object value)
    {
        writer.TryAddObject(value, out _);
        inner.Write(writer, value);
    }
}

/// <summary>
/// The objects of a type that are known by a static name, such as <c>DBNull.Value</c>, the values of a smart enumeration, or a singleton:
/// their identity is what they are.
/// </summary>
/// <remarks>
/// <para>
/// Of the program's types, only those qualify that can be meant no other way: all their fields are read-only, or all their constructors
/// private. The statics are all read-only fields in which the type, one of its bases, or a nested class keeps such an object, possibly in a
/// <see cref="Lazy{T}"/>. Mutable objects are data, even if a static names one.
/// </para>
/// <para>Of .NET's types, only the statics that programs can see qualify: fields, and properties that return a read-only field.</para>
/// </remarks>
internal sealed class Statics
{
    private const BindingFlags AllStatic = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const BindingFlags OwnFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const int LoadAndReturnBytes = 6;

    // Their statics follow the culture of the process.
    private static readonly string[] s_cultural = ["System.Collections.Comparer", "System.Collections.CaseInsensitiveComparer"];

    private static readonly ConcurrentDictionary<Type, Statics?> s_known = new();

    private readonly FieldInfo[] _fields;

    private Statics(Type type, FieldInfo[] fields)
    {
        _fields = fields;
        IsVerified = !Origin.IsFramework(type);
        IsSingleton = IsVerified && HasPrivateConstructors(type);
    }

    /// <summary>Whether the receiver must verify that its object has the same state.</summary>
    public bool IsVerified { get; }

    /// <summary>Whether no other code makes objects of the type, so that there must be no copy.</summary>
    public bool IsSingleton { get; }

    /// <summary>The statics of a type; null for the many types that have none.</summary>
    public static Statics? Of(Type type) => s_known.GetOrAdd(type, static type => Find(type));

    /// <summary>The number of the static that names the object; -1 if none does.</summary>
    public int IndexOf(object value)
    {
        for (int i = 0; i < _fields.Length; i++)
        {
            if (ReferenceEquals(Value(i, mayMake: false), value))
            {
                return i;
            }
        }

        return -1;
    }

    public string NameOf(int index) => $"{TypeText.Of(_fields[index].DeclaringType!)}.{FieldText.PlainName(_fields[index])}";

    /// <summary>The object that has the number in this process.</summary>
    public object At(ulong index) =>
        index < (ulong)_fields.Length
            ? Value((int)index, mayMake: true) ?? throw new PayloadException($"{NameOf((int)index)} arrived, and is null here.")
        : throw PayloadException.Damaged($"it names static {index} of {_fields.Length}");

    private static Statics? Find(Type type)
    {
        bool isFramework = Origin.IsFramework(type);
        if (type.IsValueType || type.IsArray
            || (!isFramework && !FieldsOf(type).All(static field => field.IsInitOnly) && !HasPrivateConstructors(type))
            || Array.IndexOf(s_cultural, type.FullName) >= 0)
        {
            return null;
        }

        var fields = new List<FieldInfo>();
        for (Type? at = type; at is not null && at != typeof(object); at = at.BaseType)
        {
            fields.AddRange(Origin.IsFramework(at) ? FrameworkFields(at) : ProgramFields(at));
        }

        fields.RemoveAll(
            field =>
                !field.IsInitOnly
                    || !(field.FieldType.IsAssignableFrom(type) || type.IsAssignableFrom(field.FieldType)
                        || IsLazy(field.FieldType, type)));
        return fields.Count == 0 ? null : new Statics(type, [.. fields]);
    }

    private static IEnumerable<FieldInfo> ProgramFields(Type type) =>
        type.GetFields(AllStatic).OrderBy(static field => field.MetadataToken)
            .Concat(type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic)
        .Where(
            nested =>
                nested.IsGenericTypeDefinition == type.IsGenericType
                    && nested.GetGenericArguments().Length == type.GetGenericArguments().Length && !FieldText.IsClosure(nested))
        .OrderBy(static nested => nested.MetadataToken)
        .SelectMany(
            nested =>
                (type.IsGenericType ? nested.MakeGenericType(type.GetGenericArguments()) : nested).GetFields(AllStatic)
                    .OrderBy(static field => field.MetadataToken)));

    private static IEnumerable<FieldInfo> FrameworkFields(Type type) =>
        type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly).OrderBy(static field => field.MetadataToken)
            .Concat(
        type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(static property => property.SetMethod is null)
            .OrderBy(static property => property.MetadataToken).Select(static property => ReturnedField(property.GetMethod))
                .OfType<FieldInfo>());

    /// <summary>The static field that the method returns, if it does nothing else; otherwise null.</summary>
    private static FieldInfo? ReturnedField(MethodInfo? getter) =>
        getter?.GetMethodBody()?.GetILAsByteArray() is { Length: LoadAndReturnBytes } code && code[0] == (byte)OpCodes.Ldsfld.Value
            && code[^1] == (byte)OpCodes.Ret.Value
            ? getter.Module.ResolveField(
                BitConverter.ToInt32(code, 1),
                getter.DeclaringType!.IsGenericType ? getter.DeclaringType.GetGenericArguments() : null,
                null) : null;

    private static bool IsLazy(Type field, Type type) =>
        field.IsConstructedGenericType && field.GetGenericTypeDefinition() == typeof(Lazy<>)
            && field.GetGenericArguments()[0].IsAssignableFrom(type);

    private static IEnumerable<FieldInfo> FieldsOf(Type type) =>
        (type.BaseType is { } parent ? FieldsOf(parent) : []).Concat(type.GetFields(OwnFields));

    private static bool HasPrivateConstructors(Type type) =>
        Array.TrueForAll(
            type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
            static constructor => constructor.IsPrivate);

    private object? Value(int index, bool mayMake)
    {
        try
        {
            object? value = _fields[index].GetValue(null);
            return value is not null && _fields[index].FieldType is { IsConstructedGenericType: true } lazy
                && lazy.GetGenericTypeDefinition() == typeof(Lazy<>)
                ? mayMake || (bool)lazy.GetProperty(nameof(Lazy<int>.IsValueCreated))!.GetValue(value)!
                    ? lazy.GetProperty(nameof(Lazy<int>.Value))!.GetValue(value) : null
                : value;
        }
        catch (Exception exception) when (exception is TypeInitializationException or TargetInvocationException && !mayMake)
        {
            return null;   // if the statics of a class cannot be initialised, it names no object
        }
    }
}
