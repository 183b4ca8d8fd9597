using Braid.Checking.Engine;
using static Braid.Checking.Tests.Strategies.Model;

namespace Braid.Checking.Tests.Strategies;

/// <summary>Abstract programs with one concurrency bug each, taken from the literature.</summary>
internal static class Programs
{
    public static Func<Model, IEnumerable<Operation>> Named(string name) => name switch
    {
        "abba" => Abba,
        "account" => Account,
        "token ring" => TokenRing,
        "reorder 3" => _ => Reorder(3),
        "reorder 4" => _ => Reorder(4),
        "reorder 5" => _ => Reorder(5),
        "philosophers 3" => _ => Philosophers(3),
        "philosophers 5" => _ => Philosophers(5),
        "balance" => Balance,
        "string buffer" => StringBuffer,
        "lost wake-up" => LostWakeup,
        "bluetooth" => Bluetooth,
        "wrong lock" => WrongLock,
        "double-checked publish" => DoubleCheckedPublish,
        "if instead of while" => IfInsteadOfWhile,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such program"),
    };

    private static IEnumerable<Operation> Abba(Model model)
    {
        ModelLock a = new(), b = new();
        return Start(join: true, Both(a, b), Both(b, a));

        static IEnumerable<Operation> Both(ModelLock first, ModelLock second)
        {
            yield return Acquire(first);
            yield return Acquire(second);
            yield return Release(second);
            yield return Release(first);
        }
    }

    private static IEnumerable<Operation> Philosophers(int count)
    {
        ModelLock[] forks = [.. Enumerable.Range(0, count).Select(_ => new ModelLock())];
        return Start(join: true, [.. Enumerable.Range(0, count).Select(i => Eat(forks[i], forks[(i + 1) % count]))]);

        static IEnumerable<Operation> Eat(ModelLock left, ModelLock right)
        {
            yield return Acquire(left);
            yield return Acquire(right);
            yield return Release(right);
            yield return Release(left);
        }
    }

    private static IEnumerable<Operation> Account(Model model)
    {
        var gate = new ModelLock();
        int balance = 1;
        bool deposited = false, withdrawn = false;
        return Start(
            join: false,
            Locked(gate, () => Check(!deposited || !withdrawn || balance == -5)),
            Locked(gate, () => (balance, deposited) = (balance + 2, true)),
            Locked(gate, () => (balance, withdrawn) = (balance - 4, true)));
    }

    private static IEnumerable<Operation> TokenRing(Model model)
    {
        var gate = new ModelLock();
        int x1 = 1, x2 = 2, x3 = 1, done = 0;
        return Start(
            join: false,
            Locked(gate, () => (x1, done) = ((x3 + 1) % 4, done + 1)),
            Locked(gate, () => (x2, done) = (x1, done + 1)),
            Locked(gate, () => (x3, done) = (x2, done + 1)),
            Locked(gate, () => Check(done < 3 || (x1 == x2 && x2 == x3))));
    }

    private static IEnumerable<Operation> Reorder(int threads)
    {
        ModelVariable a = new(), b = new();
        return Start(join: true, [.. Enumerable.Range(1, threads - 1).Select(_ => Set()), Look()]);

        IEnumerable<Operation> Set()
        {
            yield return Write(a);
            a.Value = 1;
            yield return Write(b);
            b.Value = -1;
        }

        IEnumerable<Operation> Look()
        {
            yield return Read(a);
            if (a.Value == 0)
            {
                yield return Read(b);
                if (b.Value == 0)
                {
                    yield break;
                }
            }

            yield return Read(a);
            Check(a.Value == 1);
            yield return Read(b);
            Check(b.Value == -1);
        }
    }

    private static IEnumerable<Operation> Balance(Model model)
    {
        var gate = new ModelLock();
        int balance = 0;
        model.Finally = () => balance == -1;
        var withdrawal = new ModelChild(Withdraw());
        return Around(withdrawal, Locked(gate, () => balance++));

        IEnumerable<Operation> Withdraw()
        {
            yield return Acquire(gate);
            int read = balance;
            yield return Release(gate);
            yield return Acquire(gate);
            balance = read - 2;
            yield return Release(gate);
        }
    }

    private static IEnumerable<Operation> StringBuffer(Model model)
    {
        var gate = new ModelLock();
        int count = 3;
        return Around(new ModelChild(Erase()), Append());

        IEnumerable<Operation> Append()
        {
            yield return Acquire(gate);
            int length = count;
            yield return Release(gate);
            yield return Acquire(gate);
            Check(length <= count);
            yield return Release(gate);
        }

        IEnumerable<Operation> Erase()
        {
            yield return Acquire(gate);
            count = 0;
            yield return Release(gate);
            yield return Acquire(gate);
            count = 3;
            yield return Release(gate);
        }
    }

    private static IEnumerable<Operation> LostWakeup(Model model)
    {
        ModelVariable item = new(), waiting = new(), signal = new();
        return Start(join: true, Consume(), Produce());

        IEnumerable<Operation> Consume()
        {
            yield return Read(item);
            if (item.Value == 0)
            {
                yield return Write(waiting);
                waiting.Value = 1;
                yield return Await(() => signal.Value != 0, signal);
            }
        }

        IEnumerable<Operation> Produce()
        {
            yield return Write(item);
            item.Value = 1;
            yield return Read(waiting);
            if (waiting.Value != 0)
            {
                yield return Write(signal);
                signal.Value = 1;
            }
        }
    }

    private static IEnumerable<Operation> Bluetooth(Model model)
    {
        ModelVariable stopping = new(), pending = new(1), signal = new(), stopped = new();
        var stop = new ModelChild(Stop());
        return Around(stop, Use());

        IEnumerable<Operation> Use()
        {
            yield return Read(stopping);
            if (stopping.Value == 0)
            {
                yield return Update(pending);
                pending.Value++;
                yield return Read(stopped);
                Check(stopped.Value == 0);
            }

            foreach (Operation operation in Leave())
            {
                yield return operation;
            }
        }

        IEnumerable<Operation> Stop()
        {
            yield return Write(stopping);
            stopping.Value = 1;
            foreach (Operation operation in Leave())
            {
                yield return operation;
            }

            yield return Read(signal);
            if (signal.Value != 0)
            {
                yield return Write(stopped);
                stopped.Value = 1;
            }
        }

        IEnumerable<Operation> Leave()
        {
            yield return Update(pending);
            if (--pending.Value == 0)
            {
                yield return Write(signal);
                signal.Value = 1;
            }
        }
    }

    private static IEnumerable<Operation> WrongLock(Model model)
    {
        ModelLock right = new(), wrong = new();
        var data = new ModelVariable();
        return Start(join: true, Checked(), Unchecked());

        IEnumerable<Operation> Checked()
        {
            yield return Acquire(right);
            yield return Read(data);
            int before = data.Value;
            yield return Read(data);
            int read = data.Value;
            yield return Write(data);
            data.Value = read + 1;
            yield return Read(data);
            Check(data.Value == before + 1);
            yield return Release(right);
        }

        IEnumerable<Operation> Unchecked()
        {
            yield return Acquire(wrong);
            yield return Read(data);
            int read = data.Value;
            yield return Write(data);
            data.Value = read + 1;
            yield return Release(wrong);
        }
    }

    private static IEnumerable<Operation> DoubleCheckedPublish(Model model)
    {
        var gate = new ModelLock();
        ModelVariable instance = new(), content = new();
        return Start(join: true, Get(), Get());

        IEnumerable<Operation> Get()
        {
            yield return Read(instance);
            if (instance.Value == 0)
            {
                yield return Acquire(gate);
                yield return Read(instance);
                if (instance.Value == 0)
                {
                    yield return Write(instance);
                    instance.Value = 1;
                    yield return Write(content);
                    content.Value = 1;
                }

                yield return Release(gate);
            }

            yield return Read(content);
            Check(content.Value == 1);
        }
    }

    /// <summary>Two consumers, one producer, a monitor; a woken waiter does not check its condition again.</summary>
    private static IEnumerable<Operation> IfInsteadOfWhile(Model model)
    {
        var gate = new ModelLock();
        var condition = new ModelVariable { Of = gate };
        int items = 0, pulses = 0;
        return Start(join: true, Consume(), Consume(), Produce());

        IEnumerable<Operation> Consume()
        {
            yield return Acquire(gate);
            if (items == 0)
            {
                yield return Update(condition);
                gate.IsHeld = false;
                int began = pulses;
                yield return Await(() => pulses > began && !gate.IsHeld, gate, condition);
                gate.IsHeld = true;
            }

            Check(items > 0);
            items--;
            yield return Release(gate);
        }

        IEnumerable<Operation> Produce()
        {
            for (int i = 0; i < 2; i++)
            {
                yield return Acquire(gate);
                items++;
                yield return Update(condition);
                pulses++;
                yield return Release(gate);
            }
        }
    }

    /// <summary>A main program that does something while a child runs.</summary>
    private static IEnumerable<Operation> Around(ModelChild child, IEnumerable<Operation> body)
    {
        yield return Spawn(child);
        foreach (Operation operation in body)
        {
            yield return operation;
        }

        yield return Join(child);
    }

    private static IEnumerable<Operation> Locked(ModelLock gate, Action action)
    {
        yield return Acquire(gate);
        action();
        yield return Release(gate);
    }

    private static void Check(bool holds)
    {
        if (!holds)
        {
            throw new ModelFailure();
        }
    }
}
