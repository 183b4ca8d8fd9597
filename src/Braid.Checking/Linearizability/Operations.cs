using Braid.Checking.Linearizability;

namespace Braid.Checking;

/// <summary>The operations whose calls a check for linearizability mixes, each with its counterpart in the sequential model.</summary>
/// <remarks>
/// Results are compared by <see cref="object.Equals(object)"/>; arrays, lists and tuples element by element. An operation that
/// returns a task is awaited, and the result of the task is compared. If an operation throws, the model has to throw an exception of the
/// same type.
/// </remarks>
/// <typeparam name="T">The concurrent object.</typeparam>
/// <typeparam name="TModel">The model: a plain object that does the same for one thread.</typeparam>
public sealed class Operations<T, TModel>
    where T : class
    where TModel : class
{
    internal Operations()
    {
    }

    internal List<ScenarioOperation> All { get; } = [];

    /// <summary>Adds an operation without arguments and without a result.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="operation">Calls it.</param>
    /// <param name="model">Does the same to the model.</param>
    /// <param name="when">
    /// Decides by the model whether the operation can take place: while it returns false, the operation waits. Null if it always can.
    /// </param>
    /// <returns>This.</returns>
    public Operations<T, TModel> Add(string name, Action<T> operation, Action<TModel> model, Func<TModel, bool>? when = null) =>
        Add(name, [], (it, _) => Result.Of<T>(operation, it), (it, _) => Result.Of<TModel>(model, it), When(when));

    /// <summary>Adds an operation without arguments.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="operation">Calls it.</param>
    /// <param name="model">Does the same to the model, and returns what the operation, or its task, is to return.</param>
    /// <param name="when">
    /// Decides by the model whether the operation can take place: while it returns false, the operation waits. Null if it always can.
    /// </param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">The two return different types.</exception>
    public Operations<T, TModel> Add<TResult, TExpected>(
        string name, Func<T, TResult> operation, Func<TModel, TExpected> model, Func<TModel, bool>? when = null)
    {
        Result.RequireSame<TResult, TExpected>(name);
        return Add(name, [], (it, _) => Result.Of(operation((T)it)), (it, _) => Result.Of(model((TModel)it)), When(when));
    }

    /// <summary>Adds an asynchronous operation without arguments and without a result.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="operation">Calls it, and returns its task.</param>
    /// <param name="model">Does the same to the model.</param>
    /// <param name="when">
    /// Decides by the model whether the operation can take place: while it returns false, the operation waits. Null if it always can.
    /// </param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">The operation returns something other than a task without a result.</exception>
    public Operations<T, TModel> Add<TTask>(
        string name, Func<T, TTask> operation, Action<TModel> model, Func<TModel, bool>? when = null)
    {
        Result.RequireNone<TTask>(name);
        return Add(name, [], (it, _) => Result.Of(operation((T)it)), (it, _) => Result.Of<TModel>(model, it), When(when));
    }

    /// <summary>Adds an operation with one argument and without a result.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="arguments">The values from which the argument of each call is drawn; a few different ones find most faults.</param>
    /// <param name="operation">Calls it.</param>
    /// <param name="model">Does the same to the model.</param>
    /// <param name="when">
    /// Decides by the model whether the operation can take place: while it returns false, the operation waits. Null if it always can.
    /// </param>
    /// <returns>This.</returns>
    public Operations<T, TModel> Add<TArgument>(
        string name,
        IReadOnlyList<TArgument> arguments,
        Action<T, TArgument> operation,
        Action<TModel, TArgument> model,
        Func<TModel, TArgument, bool>? when = null) =>
        Add(
            name,
            [Boxed(arguments)],
            (it, values) => Result.Of<T>(one => operation(one, (TArgument)values[0]!), (T)it),
            (it, values) => Result.Of<TModel>(one => model(one, (TArgument)values[0]!), (TModel)it),
            When(when));

    /// <summary>Adds an operation with one argument.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="arguments">The values from which the argument of each call is drawn; a few different ones find most faults.</param>
    /// <param name="operation">Calls it.</param>
    /// <param name="model">Does the same to the model, and returns what the operation, or its task, is to return.</param>
    /// <param name="when">
    /// Decides by the model whether the operation can take place: while it returns false, the operation waits. Null if it always can.
    /// </param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">The two return different types.</exception>
    public Operations<T, TModel> Add<TArgument, TResult, TExpected>(
        string name,
        IReadOnlyList<TArgument> arguments,
        Func<T, TArgument, TResult> operation,
        Func<TModel, TArgument, TExpected> model,
        Func<TModel, TArgument, bool>? when = null)
    {
        Result.RequireSame<TResult, TExpected>(name);
        return Add(
            name,
            [Boxed(arguments)],
            (it, values) => Result.Of(operation((T)it, (TArgument)values[0]!)),
            (it, values) => Result.Of(model((TModel)it, (TArgument)values[0]!)),
            When(when));
    }

    /// <summary>Adds an asynchronous operation with one argument and without a result.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="arguments">The values from which the argument of each call is drawn; a few different ones find most faults.</param>
    /// <param name="operation">Calls it, and returns its task.</param>
    /// <param name="model">Does the same to the model.</param>
    /// <param name="when">
    /// Decides by the model whether the operation can take place: while it returns false, the operation waits. Null if it always can.
    /// </param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">The operation returns something other than a task without a result.</exception>
    public Operations<T, TModel> Add<TArgument, TTask>(
        string name,
        IReadOnlyList<TArgument> arguments,
        Func<T, TArgument, TTask> operation,
        Action<TModel, TArgument> model,
        Func<TModel, TArgument, bool>? when = null)
    {
        Result.RequireNone<TTask>(name);
        return Add(
            name,
            [Boxed(arguments)],
            (it, values) => Result.Of(operation((T)it, (TArgument)values[0]!)),
            (it, values) => Result.Of<TModel>(one => model(one, (TArgument)values[0]!), (TModel)it),
            When(when));
    }

    /// <summary>Adds an operation with two arguments and without a result.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="first">The values from which the first argument of each call is drawn.</param>
    /// <param name="second">The values from which the second is drawn.</param>
    /// <param name="operation">Calls it.</param>
    /// <param name="model">Does the same to the model.</param>
    /// <returns>This.</returns>
    public Operations<T, TModel> Add<TFirst, TSecond>(
        string name,
        IReadOnlyList<TFirst> first,
        IReadOnlyList<TSecond> second,
        Action<T, TFirst, TSecond> operation,
        Action<TModel, TFirst, TSecond> model) =>
        Add(
            name,
            [Boxed(first), Boxed(second)],
            (it, values) => Result.Of<T>(one => operation(one, (TFirst)values[0]!, (TSecond)values[1]!), (T)it),
            (it, values) => Result.Of<TModel>(one => model(one, (TFirst)values[0]!, (TSecond)values[1]!), (TModel)it),
            null);

    /// <summary>Adds an operation with two arguments.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="first">The values from which the first argument of each call is drawn.</param>
    /// <param name="second">The values from which the second is drawn.</param>
    /// <param name="operation">Calls it.</param>
    /// <param name="model">Does the same to the model, and returns what the operation, or its task, is to return.</param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">The two return different types.</exception>
    public Operations<T, TModel> Add<TFirst, TSecond, TResult, TExpected>(
        string name,
        IReadOnlyList<TFirst> first,
        IReadOnlyList<TSecond> second,
        Func<T, TFirst, TSecond, TResult> operation,
        Func<TModel, TFirst, TSecond, TExpected> model)
    {
        Result.RequireSame<TResult, TExpected>(name);
        return Add(
            name,
            [Boxed(first), Boxed(second)],
            (it, values) => Result.Of(operation((T)it, (TFirst)values[0]!, (TSecond)values[1]!)),
            (it, values) => Result.Of(model((TModel)it, (TFirst)values[0]!, (TSecond)values[1]!)),
            null);
    }

    private Operations<T, TModel> Add(
        string name,
        object?[][] arguments,
        Func<object, object?[], object?> call,
        Func<object, object?[], object?> model,
        Func<object, object?[], bool>? when)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Array.Exists(arguments, static values => values.Length == 0))
        {
            throw new ScenarioException($"The operation {name} has no values to draw an argument from.");
        }

        All.Add(new ScenarioOperation(name, arguments, call, model, when));
        return this;
    }

    private static object?[] Boxed<TArgument>(IReadOnlyList<TArgument> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return [.. values.Select(static value => (object?)value)];
    }

    private static Func<object, object?[], bool>? When(Func<TModel, bool>? when) =>
        when is null ? null : (model, _) => when((TModel)model);

    private static Func<object, object?[], bool>? When<TArgument>(Func<TModel, TArgument, bool>? when) =>
        when is null ? null : (model, values) => when((TModel)model, (TArgument)values[0]!);
}

/// <summary>Operations of an object that is its own model, or that shares an interface with it: one delegate calls both.</summary>
public static class Operations
{
    /// <summary>Adds an operation without arguments and without a result.</summary>
    /// <param name="operations">The operations so far.</param>
    /// <param name="name">Its name in reports.</param>
    /// <param name="operation">Calls it.</param>
    /// <returns>The same operations.</returns>
    public static Operations<T, T> Add<T>(this Operations<T, T> operations, string name, Action<T> operation)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(operations);
        return operations.Add(name, operation, operation);
    }

    /// <summary>Adds an operation without arguments.</summary>
    /// <param name="operations">The operations so far.</param>
    /// <param name="name">Its name in reports.</param>
    /// <param name="operation">Calls it. A task that it returns is awaited.</param>
    /// <returns>The same operations.</returns>
    public static Operations<T, T> Add<T, TResult>(this Operations<T, T> operations, string name, Func<T, TResult> operation)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(operations);
        return operations.Add(name, operation, operation);
    }

    /// <summary>Adds an operation with one argument and without a result.</summary>
    /// <param name="operations">The operations so far.</param>
    /// <param name="name">Its name in reports.</param>
    /// <param name="arguments">The values from which the argument of each call is drawn; a few different ones find most faults.</param>
    /// <param name="operation">Calls it.</param>
    /// <returns>The same operations.</returns>
    public static Operations<T, T> Add<T, TArgument>(
        this Operations<T, T> operations, string name, IReadOnlyList<TArgument> arguments, Action<T, TArgument> operation)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(operations);
        return operations.Add(name, arguments, operation, operation);
    }

    /// <summary>Adds an operation with one argument.</summary>
    /// <param name="operations">The operations so far.</param>
    /// <param name="name">Its name in reports.</param>
    /// <param name="arguments">The values from which the argument of each call is drawn; a few different ones find most faults.</param>
    /// <param name="operation">Calls it. A task that it returns is awaited.</param>
    /// <returns>The same operations.</returns>
    public static Operations<T, T> Add<T, TArgument, TResult>(
        this Operations<T, T> operations, string name, IReadOnlyList<TArgument> arguments, Func<T, TArgument, TResult> operation)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(operations);
        return operations.Add(name, arguments, operation, operation);
    }

    /// <summary>Adds an operation with two arguments and without a result.</summary>
    /// <param name="operations">The operations so far.</param>
    /// <param name="name">Its name in reports.</param>
    /// <param name="first">The values from which the first argument of each call is drawn.</param>
    /// <param name="second">The values from which the second is drawn.</param>
    /// <param name="operation">Calls it.</param>
    /// <returns>The same operations.</returns>
    public static Operations<T, T> Add<T, TFirst, TSecond>(
        this Operations<T, T> operations,
        string name,
        IReadOnlyList<TFirst> first,
        IReadOnlyList<TSecond> second,
        Action<T, TFirst, TSecond> operation)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(operations);
        return operations.Add(name, first, second, operation, operation);
    }

    /// <summary>Adds an operation with two arguments.</summary>
    /// <param name="operations">The operations so far.</param>
    /// <param name="name">Its name in reports.</param>
    /// <param name="first">The values from which the first argument of each call is drawn.</param>
    /// <param name="second">The values from which the second is drawn.</param>
    /// <param name="operation">Calls it. A task that it returns is awaited.</param>
    /// <returns>The same operations.</returns>
    public static Operations<T, T> Add<T, TFirst, TSecond, TResult>(
        this Operations<T, T> operations,
        string name,
        IReadOnlyList<TFirst> first,
        IReadOnlyList<TSecond> second,
        Func<T, TFirst, TSecond, TResult> operation)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(operations);
        return operations.Add(name, first, second, operation, operation);
    }
}
