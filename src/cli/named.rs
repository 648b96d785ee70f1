//! Arguments that are laid out only where their command is named.

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

/// The arguments of a command, to which somebody else adds what they are.
#[derive(Debug)]
pub(super) struct Named<A>(pub(super) A);

impl<A: FromArgMatches> Args for Named<A> {
    fn augment_args(command: Command) -> Command {
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        command
    }
}

impl<A: FromArgMatches> FromArgMatches for Named<A> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        A::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}
