using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>The ways that users registered for types.</summary>
internal static class Converters
{
    private static readonly ConcurrentDictionary<Type, PayloadConverter> s_converters = new();
    private static readonly ConcurrentDictionary<Type, Type> s_forms = new();             // the definition of a generic type, and that of its form
    private static readonly Lazy<bool> s_entry = new(RunEntryModule);

    /// <exception cref="InvalidOperationException">The type has a converter, or was written or read already in another way.</exception>
    public static void Add<T>(Type type, PayloadConverter<T> converter)
    {
        if ((type.IsValueType ? PayloadCodec<T>.IsChosen : ObjectCodec.IsAnyChosen(type.IsAssignableFrom)) || !s_converters.TryAdd(type, converter))
        {
            throw Late(type);
        }
    }

    public static void AddGeneric(Type form)
    {
        Type[] contract = !form.IsGenericTypeDefinition ? [] : [.. form.GetInterfaces().Where(static face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IPayloadForm<,>))];
        if (contract is not [var only] || form.GetConstructor([]) is null || form.IsAbstract
            || only.GetGenericArguments()[0] is not { IsGenericType: true } type || !type.GetGenericArguments().SequenceEqual(form.GetGenericArguments()))
        {
            throw new ArgumentException(
                $"{TypeText.Of(form)} is to be the definition of a generic class, with a public constructor without arguments, that implements IPayloadForm<T, TForm> for a generic type with the same type parameters in the same order.", nameof(form));
        }

        Type definition = type.GetGenericTypeDefinition();
        bool IsOfFamily(Type chosen) => Family(chosen).Any(member => IsOf(member, definition));
        if (ObjectCodec.IsAnyChosen(IsOfFamily) || (definition.IsValueType && PayloadCodec.IsAnyChosen(IsOfFamily)) || !s_forms.TryAdd(definition, form))
        {
            throw Late(definition);
        }
    }

    /// <summary>What is registered for the type, else for the nearest of its base classes, else for an interface of it; null for nothing. Module initialisers, which may register, have run by then.</summary>
    public static PayloadConverter? Find(Type type)
    {
        _ = s_entry.Value;
        foreach (Type member in Family(type))
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

    /// <summary>The type, its base classes from the nearest on, and its interfaces.</summary>
    private static IEnumerable<Type> Family(Type type)
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
        Type[] arguments = form.GetInterfaces().First(static face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IPayloadForm<,>)).GetGenericArguments();
        return (PayloadConverter)typeof(Converters).GetMethod(nameof(OfForm), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(arguments).Invoke(null, [Activator.CreateInstance(form)])!;
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
            return false;   // whatever needs the module fails with the same exception, and what does not may work
        }
    }
}
