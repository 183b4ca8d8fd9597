using System.Reflection;
using System.Runtime.CompilerServices;

namespace Braid.Checking.Rewriting;

/// <summary>Makes .NET compile methods that have not been called yet, to see whether it accepts their code.</summary>
/// <remarks>
/// Code with type parameters is compiled once with reference types and once with value types in their place, as far as the constraints
/// allow: the first is the code that all reference types share.
/// </remarks>
internal static class MethodCompiler
{
    private const BindingFlags All =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Type[] s_references =
        [typeof(object), typeof(string), typeof(Exception), typeof(List<object>), typeof(Action), typeof(MemoryStream)];

    private static readonly Type[] s_values =
    [
        typeof(int), typeof(byte), typeof(char), typeof(double), typeof(DayOfWeek), typeof(DateTime), typeof(KeyValuePair<int, object>),
    ];

    /// <summary>All methods of the assembly that have code, except those of types whose base or fields cannot be loaded.</summary>
    public static IEnumerable<MethodBase> MethodsOf(Assembly assembly)
    {
        Type[] types;
        try
        {
            types = assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            types = [.. e.Types.OfType<Type>()];
        }

        return types.SelectMany(static type => MembersOf(type)).Where(HasCode);
    }

    /// <summary>Compiles one method.</summary>
    /// <returns>Why .NET rejects it; null if it accepts it, or if no known types satisfy its type parameters.</returns>
    public static Exception? Compile(MethodBase method)
    {
        if (!method.ContainsGenericParameters)
        {
            return Prepare(method, []);
        }

        return Prepare(method, s_references) ?? Prepare(method, s_values);
    }

    private static Exception? Prepare(MethodBase method, Type[] candidates)
    {
        try
        {
            if (candidates.Length == 0)
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
            }
            else if (Arguments(method, candidates) is { } arguments)
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle, [.. arguments.Select(static argument => argument.TypeHandle)]);
            }

            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Type arguments for the method's type and for the method itself; null if no known types satisfy the constraints.</summary>
    private static Type[]? Arguments(MethodBase method, Type[] candidates)
    {
        Type[] parameters =
        [
            .. method.DeclaringType!.IsGenericTypeDefinition ? method.DeclaringType.GetGenericArguments() : [],
            .. method.IsGenericMethodDefinition ? method.GetGenericArguments() : [],
        ];
        var arguments = new Type[parameters.Length];
        for (int i = 0; i < parameters.Length; i++)
        {
            if (Argument(parameters[i], candidates) is not { } argument)
            {
                return null;
            }

            arguments[i] = argument;
        }

        return arguments;
    }

    private static Type? Argument(Type parameter, Type[] candidates)
    {
        Type[] constraints = parameter.GetGenericParameterConstraints();
        IEnumerable<Type> closed = constraints.Where(static constraint => !constraint.ContainsGenericParameters);
        return candidates.Concat(closed).Concat(s_values).Concat(s_references)
            .FirstOrDefault(candidate => Satisfies(candidate, parameter, constraints));
    }

    private static bool Satisfies(Type candidate, Type parameter, Type[] constraints)
    {
        GenericParameterAttributes wanted = parameter.GenericParameterAttributes;
        if (((wanted & GenericParameterAttributes.ReferenceTypeConstraint) != 0 && candidate.IsValueType)
            || ((wanted & GenericParameterAttributes.NotNullableValueTypeConstraint) != 0 && !candidate.IsValueType)
            || ((wanted & GenericParameterAttributes.DefaultConstructorConstraint) != 0
                && !candidate.IsValueType && candidate.GetConstructor(Type.EmptyTypes) is null))
        {
            return false;
        }

        return Array.TrueForAll(constraints, constraint => Implements(candidate, constraint));
    }

    private static bool Implements(Type candidate, Type constraint)
    {
        if (!constraint.ContainsGenericParameters)
        {
            return constraint.IsAssignableFrom(candidate);
        }

        // An interface of the parameter itself, such as INumber<T>.
        return constraint.IsGenericType
            && candidate.GetInterfaces().Any(implemented =>
                implemented.IsGenericType && implemented.GetGenericTypeDefinition() == constraint.GetGenericTypeDefinition());
    }

    private static IEnumerable<MethodBase> MembersOf(Type type) => [.. type.GetConstructors(All), .. type.GetMethods(All)];

    private static bool HasCode(MethodBase method) =>
        !method.IsAbstract
        && (method.Attributes & MethodAttributes.PinvokeImpl) == 0
        && (method.GetMethodImplementationFlags() & (MethodImplAttributes.InternalCall | MethodImplAttributes.CodeTypeMask)) == 0;
}
