using System.Reflection;

namespace Braid.Python;

/// <summary>How the objects of a type are created.</summary>
/// <param name="typeid">The name of the type.</param>
/// <param name="create">Creates one of its arguments.</param>
internal sealed class Registration(
    string typeid, Func<IReadOnlyList<object?>, IReadOnlyDictionary<string, object?>, Referent> create)
{
    public string Typeid => typeid;

    public Referent Create(IReadOnlyList<object?> args, IReadOnlyDictionary<string, object?> kwds) => create(args, kwds);

    /// <summary>A type whose objects a function of the program creates.</summary>
    /// <param name="create">The function.</param>
    /// <param name="typeid">The name of the type.</param>
    /// <param name="options">How its arguments are read.</param>
    /// <param name="serve">Makes of what it returns what clients see.</param>
    public static Registration Of(Delegate create, string typeid, PickleOptions options, Func<object, Referent> serve)
    {
        ParameterInfo[] parameters = create.Method.GetParameters();
        int bound = parameters.Length - create.GetType().GetMethod(nameof(Action.Invoke))!.GetParameters().Length;
        parameters = parameters[bound..];                  // without that of a closure that the compiler has made static
        var signature = new Signature(
            [.. parameters.Select(static one => one.Name ?? "")],
            [.. parameters.Select(static one => one.HasDefaultValue ? one.DefaultValue : Signature.Missing)]);
        return new Registration(
            typeid,
            (args, kwds) =>
            {
                object?[] given = signature.Bind(typeid, args, kwds);
                for (int i = 0; i < given.Length; i++)
                {
                    given[i] = Served.Convert(parameters[i].ParameterType, given[i], options, parameters[i].Name ?? "");
                }

                try
                {
                    return serve(create.DynamicInvoke(given)
                        ?? throw new InvalidOperationException($"The function that is registered as {typeid} returned null."));
                }
                catch (TargetInvocationException e) when (e.InnerException is not null)
                {
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
                    throw;
                }
            });
    }
}
