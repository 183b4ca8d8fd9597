using System.Buffers;
using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>The converters that users registered for types.</summary>
internal static class Converters
{
    private static readonly ConcurrentDictionary<Type, PayloadConverter> s_converters = new();
    private static readonly ConcurrentDictionary<Type, Type> s_forms = new();   // the definition of a generic type, and that of its form
    private static readonly Lazy<bool> s_entry = new(RunEntryModule);

    /// <exception cref="InvalidOperationException">
    /// The type already has a converter, or has already been written or read without one.
    /// </exception>
    public static void Add<T>(Type type, PayloadConverter<T> converter)
    {
        if ((type.IsValueType ? PayloadCodec<T>.IsChosen : ObjectCodec.IsAnyChosen(type.IsAssignableFrom))
            || !s_converters.TryAdd(type, converter))
        {
            throw Late(type);
        }
    }

    public static void AddGeneric(Type form)
    {
        Type[] contract = !form.IsGenericTypeDefinition
            ? []
            : [.. form.GetInterfaces()
                .Where(static face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IPayloadForm<,>))];
        if (contract is not [var only] || form.GetConstructor([]) is null || form.IsAbstract
            || only.GetGenericArguments()[0] is not { IsGenericType: true } type
                || !type.GetGenericArguments().SequenceEqual(form.GetGenericArguments()))
        {
            throw new ArgumentException(
                $"{TypeText.Of(form)} is to be the definition of a generic class, with a public constructor without arguments, that " +
                "implements IPayloadForm<T, TForm> for a generic type with the same type parameters in the same order.",
                nameof(form));
        }

        Type definition = type.GetGenericTypeDefinition();
        bool IsOfDefinition(Type chosen) => BasesAndInterfaces(chosen).Any(member => IsOf(member, definition));
        if (ObjectCodec.IsAnyChosen(IsOfDefinition) || (definition.IsValueType && PayloadCodec.IsAnyChosen(IsOfDefinition))
            || !s_forms.TryAdd(definition, form))
        {
            throw Late(definition);
        }
    }

    /// <summary>
    /// Finds the converter registered for the type, or else for its nearest base class, or else for one of its interfaces; null if there is
    /// none. Module initialisers, which may register, have run by then.
    /// </summary>
    public static PayloadConverter? Find(Type type)
    {
        _ = s_entry.Value;
        foreach (Type member in BasesAndInterfaces(type))
        {
            RuntimeHelpers.RunModuleConstructor(member.Module.ModuleHandle);
            if (s_converters.TryGetValue(member, out PayloadConverter? converter))
            {
                return converter;
            }

            if (member.IsConstructedGenericType && s_forms.TryGetValue(member.GetGenericTypeDefinition(), out Type? form))
            {
                return s_converters.GetOrAdd(member, MakeForm(form.MakeGenericType(member.GetGenericArguments())));
            }
        }

        return null;
    }

    /// <summary>The type, its base classes from the nearest up, and its interfaces.</summary>
    private static IEnumerable<Type> BasesAndInterfaces(Type type)
    {
        for (Type? at = type; at is not null && (at == type || at != typeof(object)); at = at.BaseType)
        {
            yield return at;
        }

        foreach (Type face in type.GetInterfaces())
        {
            yield return face;
        }
    }

    private static bool IsOf(Type type, Type definition) => type.IsConstructedGenericType && type.GetGenericTypeDefinition() == definition;

    private static PayloadConverter MakeForm(Type form)
    {
        Type[] arguments = form.GetInterfaces()
            .First(static face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IPayloadForm<,>)).GetGenericArguments();
        return (PayloadConverter)typeof(Converters)
            .GetMethod(nameof(OfForm), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(arguments)
            .Invoke(null, [Activator.CreateInstance(form)])!;
    }

    private static FormConverter<T, TForm> OfForm<T, TForm>(IPayloadForm<T, TForm> form)
        where T : notnull => new(form.Pack, form.Unpack);

    private static InvalidOperationException Late(Type type) =>
        new($"{TypeText.Of(type)} has a converter, or values of it travelled already. Register one converter, in a module initialiser.");

    private static bool RunEntryModule()
    {
        try
        {
            if (Assembly.GetEntryAssembly() is { } program)
            {
                RuntimeHelpers.RunModuleConstructor(program.ManifestModule.ModuleHandle);
            }

            return true;
        }
        catch (TypeInitializationException)
        {
            return false;   // whatever needs the module fails with the same exception; whatever does not may work
        }
    }
}

/// <summary>Writes and reads a type from outside: registered by the user, or Braid's own for a type of .NET.</summary>
internal abstract class PayloadConverter
{
    /// <summary>The codec for objects of the run-time type, which is the converter's own or derived from it.</summary>
    public abstract ObjectCodec ForObjects(Type type);
}

/// <inheritdoc/>
internal abstract class PayloadConverter<T> : PayloadConverter
{
    public sealed override ObjectCodec ForObjects(Type type) => new ConverterObjectCodec<T>(this, type);

    public abstract void Write(PayloadWriter writer, T value);

    public abstract T Read(ref PayloadReader reader);
}

/// <summary>Sends a type as arbitrary bytes, whose length the codec keeps.</summary>
internal sealed class BytesConverter<T>(Action<IBufferWriter<byte>, T> write, Func<ReadOnlyMemory<byte>, T> read) : PayloadConverter<T>
{
    public override void Write(PayloadWriter writer, T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(buffer, value);
        writer.WriteVarint((ulong)buffer.WrittenCount);
        writer.WriteBytes(buffer.WrittenSpan);
    }

    public override T Read(ref PayloadReader reader) => read(reader.ReadSpan(reader.ReadCount(1)).ToArray());
}

/// <summary>Sends a type as a value of another type, its form, which has its own codec.</summary>
/// <param name="pack">Returns the form of a value.</param>
/// <param name="unpack">Makes the value from its form.</param>
/// <param name="whyNot">
/// For forms that may not hold all of a value: returns what a copy lacks, given the value and the copy; null if it lacks nothing.
/// </param>
internal sealed class FormConverter<T, TForm>(
    Func<T, TForm> pack, Func<TForm, T> unpack, Func<T, T, string?>? whyNot = null) : PayloadConverter<T>
{
    public override void Write(PayloadWriter writer, T value)
    {
        PayloadCodec<TForm>.Instance.Write(writer, FormOf(value));
    }

    public override T Read(ref PayloadReader reader) => unpack(PayloadCodec<TForm>.Instance.Read(ref reader));

    private TForm FormOf(T value)
    {
        try
        {
            TForm form = pack(value);
            return whyNot?.Invoke(value, unpack(form)) is { } reason ? throw PayloadException.CannotTravel(value!.GetType(), reason) : form;
        }
        catch (Exception exception) when (exception is not PayloadException and not OutOfMemoryException)
        {
            throw PayloadException.CannotTravel(
                value!.GetType(), $"making its form failed with {exception.GetType()}: {SafeText.MessageOf(exception)}", exception);
        }
    }
}

/// <summary>Codec for objects whose type, or one of its bases, has a converter.</summary>
/// <param name="converter">The converter.</param>
/// <param name="type">The run-time type of the objects.</param>
internal sealed class ConverterObjectCodec<T>(PayloadConverter<T> converter, Type type) : ObjectCodec
{
    private readonly Type _visible = Origin.VisibleType(type);

    public override void Write(PayloadWriter writer, object value) => converter.Write(writer, (T)value);

    /// <summary>
    /// A converter of a base class may not know what a derived class adds: an object of the base class is not what was sent.
    /// </summary>
    public override object Read(ref PayloadReader reader, int number)
    {
        object value = converter.Read(ref reader)
            ?? throw new PayloadException(
                $"The converter registered for {TypeText.Of(typeof(T))} returned null. Nulls do not come to it; let it return an object.");
        return _visible.IsInstanceOfType(value) ? value : throw new PayloadException(
            $"The converter registered for {TypeText.Of(typeof(T))} made a {TypeText.Of(value.GetType())} of what was sent as a " +
            $"{TypeText.Of(type)}. Register a converter for {TypeText.Of(_visible)} too.");
    }
}

/// <summary>Codec for values with a converter.</summary>
internal sealed class ConverterValueCodec<T>(PayloadConverter<T> converter) : PayloadCodec<T>
{
    public override void Write(PayloadWriter writer, T value) => converter.Write(writer, value);

    public override T Read(ref PayloadReader reader) => converter.Read(ref reader);
}
