import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { User as UserModel } from '../../identity/user.ts';
import type { Authenticator as AuthenticatorModel } from '../../identity/authenticator.ts';
import type { Session as SessionModel } from '../../identity/session.ts';
import type { SecondFactorRequired as SecondFactorRequiredModel } from '../../identity/identity.ts';
import type { Document as DocumentModel } from '../../documents/document.ts';
import type { AccessGrant as AccessGrantModel } from '../../access/access-grant.ts';
import type { Invitee as InviteeModel, RoleGrantee as RoleGranteeModel, Everyone as EveryoneModel, LoginProvider as LoginProviderModel, UserConnection as UserConnectionModel, DocumentConnection as DocumentConnectionModel, AuditEventConnection as AuditEventConnectionModel } from '../models.ts';
import type { AuditEvent as AuditEventModel } from '../../audit/audit-event.ts';
import type { Context } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant, as an RFC 3339 date-time string in UTC with milliseconds: `2026-01-31T09:30:00.000Z`. */
  DateTime: { input: Date; output: Date; }
  /** An e-mail address. Addresses that differ only in letter case belong to the same account. */
  EmailAddress: { input: string; output: string; }
  /** Any JSON value. What WebAuthn calls for is passed on as browsers make and take it. */
  JSON: { input: unknown; output: unknown; }
};

/** What a viewer can expect of an element of the schema. */
export type AccessDecision =
  /** Always allowed. */
  | 'ALLOW'
  /** Allowed or denied by the object, the arguments, or how long ago the viewer proved who they are. */
  | 'CONDITIONAL'
  /** Always denied. */
  | 'DENY';

/** What an operation comes to for everyone. Roles are taken to have signed in just now, with a browser. */
export type AccessExplanation = {
  __typename?: 'AccessExplanation';
  /** Whether these are all; of an operation with thousands, the first are told. */
  complete: Scalars['Boolean']['output'];
  /** One for each coordinate at each place of the answer, over every type that it can be of, in the order of the operation. */
  parts: Array<AccessExplanationPart>;
  /** The roles, in the order in which the schema has them. */
  roles: Array<Role>;
  /** Of whom nothing in the operation is certain to be denied; empty where that is nobody. */
  smallestRoleSets: Array<AccessRoleSet>;
};

/** What one part of an operation comes to. */
export type AccessExplanationPart = {
  __typename?: 'AccessExplanationPart';
  /** For viewers who are not signed in. */
  anonymous: AccessDecision;
  /** For each role, in the order of `roles`. */
  cells: Array<AccessMatrixCell>;
  /** Which element of the schema it is: `Type` for the object itself, `Type.field`, `Type.field(argument:)` or `Input.field`. */
  coordinate: Scalars['String']['output'];
  /** Where it is in the answer: names of fields, or their aliases. */
  path: Array<Scalars['String']['output']>;
  /** The rules that must hold; empty where none stand on it. */
  rules: Array<AccessMatrixRule>;
};

/** One entry of an access control list. */
export type AccessGrant = {
  __typename?: 'AccessGrant';
  /** When it was given, or its level last changed. */
  grantedAt: Scalars['DateTime']['output'];
  /** Who gave it; null when that account is gone. */
  grantedBy?: Maybe<User>;
  /** Who is given access. */
  grantee: Grantee;
  /** Identifies this grant. */
  id: Scalars['ID']['output'];
  /** How much the grant allows. */
  level: AccessLevel;
};

/** How much an access control list allows. Each level includes the ones before it. */
export type AccessLevel =
  /** Share and delete it too. */
  | 'MANAGE'
  /** See the resource. */
  | 'READ'
  /** Change it too. */
  | 'WRITE';

/** One line of `access.lock`, or one that has nothing worth a line. */
export type AccessLockEntry = {
  __typename?: 'AccessLockEntry';
  /** For viewers who are not signed in; null for a role. */
  anonymous?: Maybe<AccessDecision>;
  /** Whether it has no line in `access.lock`. */
  bare: Scalars['Boolean']['output'];
  /** For each role, in the order of `roles`; empty for a role. */
  cells: Array<AccessMatrixCell>;
  /** Which element: as in the rows, or `Type`, or `Role.NAME`. */
  coordinate: Scalars['String']['output'];
  /** Its rules, or what the role holds, in their shortest form; empty where there are none. */
  rules: Scalars['String']['output'];
};

/** What anonymous viewers and each role can expect of this schema. */
export type AccessMatrix = {
  __typename?: 'AccessMatrix';
  /** What another state of the schema is compared with: every role, type and element, those without rules too. */
  lockEntries: Array<AccessLockEntry>;
  /** The roles, in the order in which the schema has them. */
  roles: Array<Role>;
  /** One for each field, and for each argument and input field with rules, sorted by coordinate. */
  rows: Array<AccessMatrixRow>;
};

/** What one role can expect. */
export type AccessMatrixCell = {
  __typename?: 'AccessMatrixCell';
  /** What it can expect. */
  decision: AccessDecision;
  /** The role, with all that it includes. */
  role: Role;
};

/** What to expect of one element of the schema. */
export type AccessMatrixRow = {
  __typename?: 'AccessMatrixRow';
  /** For viewers who are not signed in. */
  anonymous: AccessDecision;
  /** For each role, in the order of `roles`. */
  cells: Array<AccessMatrixCell>;
  /** Which element: `Type.field`, `Type.field(argument:)` or `Input.field`. */
  coordinate: Scalars['String']['output'];
  /** What owning the object makes of it for the least role whose cell is conditional; null where that counts for nothing. */
  owner?: Maybe<AccessDecision>;
  /** The rules that stand on the element itself or on the same element of an interface. */
  rules: Array<AccessMatrixRule>;
  /** The rules of the type in which it stands: those must hold too. */
  typeRules: Array<AccessMatrixRule>;
};

/** One rule of the schema. */
export type AccessMatrixRule = {
  __typename?: 'AccessMatrixRule';
  /** What it comes to, by itself, for viewers who are not signed in. */
  anonymous: AccessDecision;
  /** What it comes to, by itself, for each role. */
  cells: Array<AccessMatrixCell>;
  /** The element that bears it. */
  coordinate: Scalars['String']['output'];
  /** Its file and line in the SDL; null for a mark that is no rule. */
  location?: Maybe<Scalars['String']['output']>;
  /** The directive that says it, in its shortest form. */
  text: Scalars['String']['output'];
};

/** Viewers of whom an operation asks no more than this. */
export type AccessRoleSet = {
  __typename?: 'AccessRoleSet';
  /** The roles that they need together; empty where none is needed. */
  roles: Array<Role>;
  /** Whether they have to be signed in. */
  signedIn: Scalars['Boolean']['output'];
};

/** One rule of `@allow`. It holds when every key given in it does. */
export type AccessRule = {
  /** The access control list of the resource grants the viewer at least this level. */
  access?: InputMaybe<AccessLevel>;
  /** With `access`: where the resource's id stands, as in `@hasAccess`. */
  id?: InputMaybe<Scalars['String']['input']>;
  /** The viewer's id stands here: a path of fields from the object, or from `args.`. */
  owner?: InputMaybe<Scalars['String']['input']>;
  /** The viewer has one of these permissions. */
  permission?: InputMaybe<Array<Permission>>;
  /** The application's function of this name says so. */
  policy?: InputMaybe<Scalars['String']['input']>;
  /** With `access`: the resource's type. On that object type itself it may be left out. */
  resource?: InputMaybe<Scalars['String']['input']>;
  /** The viewer has one of these roles. */
  role?: InputMaybe<Array<Role>>;
};

/** What an audit event records. */
export type AuditAction =
  /** Access was granted, or its level changed. */
  | 'ACCESS_GRANTED'
  /** Access was taken back. */
  | 'ACCESS_WITHDRAWN'
  /** An account was deleted, with all that was its user's alone. */
  | 'ACCOUNT_DELETED'
  /** A user made an API token. */
  | 'API_TOKEN_CREATED'
  /** A document was made. */
  | 'DOCUMENT_CREATED'
  /** A document was deleted. */
  | 'DOCUMENT_DELETED'
  /** A document was published. */
  | 'DOCUMENT_PUBLISHED'
  /** A document was changed. */
  | 'DOCUMENT_UPDATED'
  /** A user changed the address of their account, and proved that the new one is theirs. */
  | 'EMAIL_CHANGED'
  /** A user asked to change the address of their account. */
  | 'EMAIL_CHANGE_REQUESTED'
  /** A user proved that the address of their account is theirs. */
  | 'EMAIL_VERIFIED'
  /** Somebody tried to sign in and did not prove who they are. */
  | 'LOGIN_FAILED'
  /** Somebody signed in. */
  | 'LOGIN_SUCCEEDED'
  /** Somebody signed out. */
  | 'LOGOUT'
  /** A user registered a passkey. */
  | 'PASSKEY_REGISTERED'
  /** A user removed a passkey. */
  | 'PASSKEY_REMOVED'
  /** A password was changed. */
  | 'PASSWORD_CHANGED'
  /** Somebody tried to change a password without knowing it. */
  | 'PASSWORD_CHANGE_FAILED'
  /** A user set a new password by a link that was mailed to them. */
  | 'PASSWORD_RESET'
  /** An administrator had all that is kept of a user written out. */
  | 'PERSONAL_DATA_EXPORTED'
  /** A user changed their name. */
  | 'PROFILE_UPDATED'
  /** An account at a login provider became a way to sign in. */
  | 'PROVIDER_LINKED'
  /** A user took a login provider from the ways to sign in. */
  | 'PROVIDER_UNLINKED'
  /** A signed-in user proved anew who they are. */
  | 'REAUTHENTICATED'
  /** A signed-in user tried to prove anew who they are, and did not. */
  | 'REAUTHENTICATION_FAILED'
  /** A user had recovery codes made anew: the ones before count no more. */
  | 'RECOVERY_CODES_REGENERATED'
  /** A user gave a recovery code, which is used up. */
  | 'RECOVERY_CODE_USED'
  /** A role was assigned. */
  | 'ROLE_ASSIGNED'
  /** A role was withdrawn. */
  | 'ROLE_WITHDRAWN'
  /** Somebody who has a second factor proved the first one, and is to give the second. */
  | 'SECOND_FACTOR_REQUIRED'
  /** An administrator took a user's second factor away, so that they can set up another. */
  | 'SECOND_FACTOR_RESET'
  /** A session was ended by its user, by an administrator, or because the user had too many. */
  | 'SESSION_REVOKED'
  /** A signing key was retired: what it signed is good for nothing any more. */
  | 'SIGNING_KEY_RETIRED'
  /** A new key signs tokens from now on; after an emergency all older ones were retired. */
  | 'SIGNING_KEY_ROTATED'
  /** A user set up an app that makes time-based codes, as the second factor. */
  | 'TOTP_ENROLLED'
  /** A user removed such an app, and the recovery codes with it. */
  | 'TOTP_REMOVED'
  /** An account was made. */
  | 'USER_REGISTERED'
  /** A suspended account was reinstated. */
  | 'USER_REINSTATED'
  /** An account was suspended: it cannot sign in, and its sessions ended. */
  | 'USER_SUSPENDED';

/** One thing that happened: who did what, to whom or what, when and from where. Never holds a secret. */
export type AuditEvent = {
  __typename?: 'AuditEvent';
  /** What happened. */
  action: AuditAction;
  /** Who did it, while the account exists. */
  actor?: Maybe<User>;
  /** The id of the user who did it; null when nobody was signed in, or it was done on the server's command line. */
  actorId?: Maybe<Scalars['ID']['output']>;
  /** What else there is to know: the role, the level, the grantee, or why it failed. */
  detail?: Maybe<Scalars['String']['output']>;
  /** Identifies this event. */
  id: Scalars['ID']['output'];
  /** The network address that the request came from. */
  ipAddress?: Maybe<Scalars['String']['output']>;
  /** When it happened. */
  occurredAt: Scalars['DateTime']['output'];
  /** The id of the object it was done to: a user, a session or a document. */
  subjectId?: Maybe<Scalars['ID']['output']>;
  /** The type of that object in this schema. */
  subjectType?: Maybe<Scalars['String']['output']>;
  /** What the client called itself; `command line` where it was done on the server's, which has no network address. */
  userAgent?: Maybe<Scalars['String']['output']>;
};

/** A page of audit events. */
export type AuditEventConnection = {
  __typename?: 'AuditEventConnection';
  /** The events on this page, each with its cursor. */
  edges: Array<AuditEventEdge>;
  /** Where this page stands in the whole list. */
  pageInfo: PageInfo;
  /** How many events the whole list holds, over all pages. Counted only when selected. */
  totalCount: Scalars['Int']['output'];
};

/** One audit event on a page. */
export type AuditEventEdge = {
  __typename?: 'AuditEventEdge';
  /** Where this event stands in the list, for `after`. */
  cursor: Scalars['String']['output'];
  /** The event. */
  node?: Maybe<AuditEvent>;
};

/** Which events to list. Fields given together must all hold. */
export type AuditFilter = {
  /** Only events of these kinds. */
  actions?: InputMaybe<Array<AuditAction>>;
  /** Only what this user did. */
  actorId?: InputMaybe<Scalars['ID']['input']>;
  /** Only events at or after this instant. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only what was done to this object. */
  subjectId?: InputMaybe<Scalars['ID']['input']>;
  /** Only events before this instant. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** A way in which somebody proved who they are. */
export type AuthenticationMethod =
  /** A code that was sent to the address. */
  | 'EMAIL_CODE'
  /** An account at a login provider. */
  | 'OAUTH'
  /** A passkey, which is two factors: something that the user has, and that verified its user. */
  | 'PASSKEY'
  /** A password. */
  | 'PASSWORD'
  /** A recovery code, in the place of one of an authenticator app. */
  | 'RECOVERY_CODE'
  /** A time-based code of an authenticator app, as a second factor. */
  | 'TOTP';

/** Something that a user has registered to prove who they are. */
export type Authenticator = {
  __typename?: 'Authenticator';
  /** When it was registered. */
  createdAt: Scalars['DateTime']['output'];
  /** Identifies this authenticator. */
  id: Scalars['ID']['output'];
  /** When it was last used to sign in; null when it never was. */
  lastUsedAt?: Maybe<Scalars['DateTime']['output']>;
  /** What a session shows among its `methods` when this was used. */
  method: AuthenticationMethod;
  /** What its user calls it. */
  name: Scalars['String']['output'];
};

/** A new API token. */
export type CreatedApiToken = {
  __typename?: 'CreatedApiToken';
  /** What is kept of it. `revokeSession` ends it. */
  session: Session;
  /** The token, shown this once: to be sent as `Authorization: Bearer` with each request. */
  token: Scalars['String']['output'];
};

/** A text with an access control list: readable by its owner, by those it is shared with, and by everyone signed in once published. */
export type Document = Node & {
  __typename?: 'Document';
  /** The text. */
  body: Scalars['String']['output'];
  /** When the document was made. */
  createdAt: Scalars['DateTime']['output'];
  /** Whom the document is shared with, oldest grant first. */
  grants?: Maybe<Array<AccessGrant>>;
  /** Identifies this document. */
  id: Scalars['ID']['output'];
  /** True for those who may change the document, and denied to all others, as `grants` are to those who may not share it: a frontend offers what it is given. */
  mayChange?: Maybe<Scalars['Boolean']['output']>;
  /** Who made the document. The owner has MANAGE. */
  owner: User;
  /** Whether every signed-in user may read the document. */
  published: Scalars['Boolean']['output'];
  /** What the document is called. */
  title: Scalars['String']['output'];
  /** When the document last changed. */
  updatedAt: Scalars['DateTime']['output'];
  /** Counts the changes, from 1. Pass it as `expectedVersion` to change only what was read. */
  version: Scalars['Int']['output'];
};

/** A page of documents. */
export type DocumentConnection = {
  __typename?: 'DocumentConnection';
  /** The documents on this page, each with its cursor. */
  edges: Array<DocumentEdge>;
  /** Where this page stands in the whole list. */
  pageInfo: PageInfo;
  /** How many documents the viewer may see in the whole list, over all pages. Counted only when selected. */
  totalCount: Scalars['Int']['output'];
};

/** One document on a page. */
export type DocumentEdge = {
  __typename?: 'DocumentEdge';
  /** Where this document stands in the list, for `after`. */
  cursor: Scalars['String']['output'];
  /** The document. */
  node?: Maybe<Document>;
};

/** Which documents to list. Fields given together must all hold. */
export type DocumentFilter = {
  /** Only documents of this owner. */
  ownerId?: InputMaybe<Scalars['ID']['input']>;
  /** Only published documents, or only unpublished ones. */
  published?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only documents whose title or body contains this text, in any letter case; at most 200 characters. */
  search?: InputMaybe<Scalars['String']['input']>;
  /** Only documents of others that are shared with the viewer by a grant, or only those that are not. */
  sharedWithMe?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Every signed-in user. */
export type Everyone = {
  __typename?: 'Everyone';
  /** Always true: a type needs a field. */
  everyone: Scalars['Boolean']['output'];
};

/** Whom a document can be shared with. */
export type Grantee = Everyone | Invitee | RoleGrantee | User;

/** Whom to share with: exactly one of the fields. */
export type GranteeInput =
  /** Whoever holds this address, whether or not it has an account. */
  { email: Scalars['EmailAddress']['input']; everyone?: never; role?: never; userId?: never; }
  |  /** Every signed-in user; must be true. */
  { email?: never; everyone: Scalars['Boolean']['input']; role?: never; userId?: never; }
  |  /** Everyone who holds this role. */
  { email?: never; everyone?: never; role: Role; userId?: never; }
  |  /** A user, by id. */
  { email?: never; everyone?: never; role?: never; userId: Scalars['ID']['input']; };

/** Whoever holds an e-mail address. The grant counts for the account whose verified address it is, now or later. */
export type Invitee = {
  __typename?: 'Invitee';
  /** The address. */
  email: Scalars['EmailAddress']['output'];
};

/** An OpenID provider that people may sign in with. */
export type LoginProvider = {
  __typename?: 'LoginProvider';
  /** Identifies the provider in this API. */
  id: Scalars['ID']['output'];
  /** Whether an account there is one of the viewer's own ways to sign in. */
  linked?: Maybe<Scalars['Boolean']['output']>;
  /** What people call it. */
  name: Scalars['String']['output'];
  /** Where on this server a browser goes to sign in with it, by a link and not by a request of a script. With `?returnTo=/path` it comes back there, with what came of it in the hash: `oauth=signed-in`, `oauth=second-factor` with a `challenge` for `completeSecondFactor`, or `oauth=refused` with a `reason`. */
  startPath: Scalars['String']['output'];
};

/** What a sign-in leads to. */
export type LoginResult = SecondFactorRequired | Session;

/** What can be changed. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Assigns a role to a user and returns the user. Assigning a role that the user already holds changes nothing. */
  assignRole?: Maybe<User>;
  /** Begins a sign-in with a passkey. Nobody needs to say who they are. */
  beginPasskeyLogin?: Maybe<PasskeyLogin>;
  /** Begins the registration of a passkey: gives PublicKeyCredentialCreationOptionsJSON, for `PublicKeyCredential.parseCreationOptionsFromJSON`, to be finished in this session within five minutes. `CONFLICT` for an eleventh passkey. */
  beginPasskeyRegistration?: Maybe<Scalars['JSON']['output']>;
  /** Begins to make an account at a login provider a way to sign in for oneself, whatever address it has. `NOT_FOUND` for a provider that is not in `loginProviders`. */
  beginProviderLink?: Maybe<ProviderLink>;
  /** Begins to set up an authenticator app as the second factor. What was begun before and not confirmed counts no more. `CONFLICT` when there is an app already. */
  beginTotpEnrollment?: Maybe<TotpEnrollment>;
  /** Sends a link to the new address, and tells the old one. The address changes once `verifyEmail` is given the link's token in a session of one's own. True whoever the address belongs to; `RATE_LIMITED` after too many mails. */
  changeEmail?: Maybe<Scalars['Boolean']['output']>;
  /** Changes one's own password, ends every other session of the user, and replaces this session's cookie. Where there is an authenticator app it is no recent sign-in: `reauthenticate` asks for both. */
  changePassword?: Maybe<Scalars['Boolean']['output']>;
  /** Signs in by the second factor, after the first one gave a challenge to this browser: the response sets the session cookie. `INVALID_CREDENTIALS` whatever is wrong; a challenge takes five tries in five minutes. `RATE_LIMITED` after ten failures. */
  completeSecondFactor?: Maybe<Session>;
  /** Has the app count from now on, and gives ten recovery codes, shown this once: without the app or one of them, nobody signs in by password again. */
  confirmTotpEnrollment?: Maybe<RecoveryCodes>;
  /** Makes an API token for a program that acts as oneself, and shows it this once. It can do what its scopes and one's own permissions both allow at the time, and nothing that takes a browser: it neither makes tokens nor changes how one signs in. `BAD_USER_INPUT` for scopes that are not one's own; `CONFLICT` when there are too many tokens already. */
  createApiToken?: Maybe<CreatedApiToken>;
  /** Makes a document, owned by the viewer. */
  createDocument?: Maybe<Document>;
  /** Deletes an account for good, with its sessions, its documents and whatever else is its user's alone. What the user did stays in the audit log under the id alone. One's own; with USER_MANAGE, anybody's. `CONFLICT` for the last ADMIN. */
  deleteAccount?: Maybe<Scalars['Boolean']['output']>;
  /** Deletes a document and its access grants. */
  deleteDocument?: Maybe<Scalars['Boolean']['output']>;
  /** Signs in with a passkey: the response sets the session cookie. `INVALID_CREDENTIALS` whatever is wrong with it. The challenge is used up in any case. A passkey is two factors: no other is asked for. */
  finishPasskeyLogin?: Maybe<LoginResult>;
  /** Keeps the passkey that the browser made. Its challenge is used up, whether or not the passkey is accepted. */
  finishPasskeyRegistration?: Maybe<Authenticator>;
  /** Signs in: the response sets the session cookie. `INVALID_CREDENTIALS` for an unknown address and a wrong password alike; `RATE_LIMITED` with `retryAfter` (seconds) after too many attempts. */
  login?: Maybe<LoginResult>;
  /** Signs in by a code that was sent to the address, and so proves it. `INVALID_CREDENTIALS` for a code that is wrong, used up, expired or another browser's; `RATE_LIMITED` with `retryAfter` (seconds) after too many attempts. */
  loginWithCode?: Maybe<LoginResult>;
  /** Signs out: ends the session and clears its cookie. True also when nobody was signed in. */
  logout?: Maybe<Scalars['Boolean']['output']>;
  /** Publishes a document: every signed-in user may read it from then on. Publishing again changes nothing. */
  publishDocument?: Maybe<Document>;
  /** Proves anew who one is, for what asks for a recent sign-in, and replaces this session and its cookie. It takes all that the account has of a password and a second factor; with neither, sign in again instead. */
  reauthenticate?: Maybe<Session>;
  /** Makes ten recovery codes in the place of all before them, shown this once. `CONFLICT` when there is no authenticator app. */
  regenerateRecoveryCodes?: Maybe<RecoveryCodes>;
  /** Makes an account with the role MEMBER and signs it in: the response sets the session cookie. `CONFLICT` when the address has an account already. Where the server asks for proved addresses, null whoever has the address: the account is made by `verifyEmail`, given the token that was sent there. */
  register?: Maybe<LoginResult>;
  /** Lets a suspended user sign in again, and returns the user. Sessions that ended stay ended. */
  reinstateUser?: Maybe<User>;
  /** Removes one of one's own authenticators. `CONFLICT` for the last way to sign in. */
  removeAuthenticator?: Maybe<Scalars['Boolean']['output']>;
  /** Sends a link that proves one's own address. Nothing is sent when that is proved already; `RATE_LIMITED` after too many mails. */
  requestEmailVerification?: Maybe<Scalars['Boolean']['output']>;
  /** Sends a code to sign in with, good in this browser alone for ten minutes and five tries. True whoever the address belongs to; `RATE_LIMITED` after too many mails. */
  requestLoginCode?: Maybe<Scalars['Boolean']['output']>;
  /** Sends a link that sets a new password. True whoever the address belongs to; `RATE_LIMITED` after too many mails. */
  requestPasswordReset?: Maybe<Scalars['Boolean']['output']>;
  /** Sets a new password by the token of a link, and ends every session of the user. It signs nobody in. A second factor stays, unless this is the first proof of the address: that takes away whatever the account was given before it. `INVALID_CREDENTIALS` for a token that is wrong, used up or expired; `RATE_LIMITED` after too many. */
  resetPassword?: Maybe<Scalars['Boolean']['output']>;
  /** Ends every session of one's own but this one, API tokens included, and says how many ended. */
  revokeOtherSessions?: Maybe<Scalars['Int']['output']>;
  /** Ends one of one's own sessions; with USER_MANAGE, anybody's. */
  revokeSession?: Maybe<Scalars['Boolean']['output']>;
  /** Shares a document, or changes the level at which it is shared with the same grantee. */
  shareDocument?: Maybe<AccessGrant>;
  /** Suspends an account and returns its user: it cannot sign in until it is reinstated, and every session of the user ends, API tokens included. Suspending a suspended account changes nothing. `CONFLICT` for the last ADMIN. */
  suspendUser?: Maybe<User>;
  /** Takes a login provider from one's ways to sign in. `CONFLICT` for the last one, `NOT_FOUND` where it is none. */
  unlinkLoginProvider?: Maybe<Scalars['Boolean']['output']>;
  /** Takes a grant back. False when there was none. */
  unshareDocument?: Maybe<Scalars['Boolean']['output']>;
  /** Changes a document's title, body or both. With `expectedVersion`, only if nobody changed it since: otherwise `CONFLICT`. */
  updateDocument?: Maybe<Document>;
  /** Changes one's own name and returns the user. */
  updateProfile?: Maybe<User>;
  /** Proves an address by the token that was sent to it. The first proof of an account's address takes away the credentials and sessions that it had before, unless it is given in a session of its user: sign in by a code then, or reset the password. `INVALID_CREDENTIALS` for a token that is wrong, used up or expired; `RATE_LIMITED` after too many. */
  verifyEmail?: Maybe<Scalars['Boolean']['output']>;
  /** Withdraws a role from a user and returns the user. The last ADMIN's role cannot be withdrawn: `CONFLICT`. */
  withdrawRole?: Maybe<User>;
};


/** What can be changed. */
export type MutationAssignRoleArgs = {
  role: Role;
  userId: Scalars['ID']['input'];
};


/** What can be changed. */
export type MutationBeginProviderLinkArgs = {
  provider: Scalars['String']['input'];
  returnTo?: InputMaybe<Scalars['String']['input']>;
};


/** What can be changed. */
export type MutationChangeEmailArgs = {
  newEmail: Scalars['EmailAddress']['input'];
};


/** What can be changed. */
export type MutationChangePasswordArgs = {
  currentPassword: Scalars['String']['input'];
  newPassword: Scalars['String']['input'];
};


/** What can be changed. */
export type MutationCompleteSecondFactorArgs = {
  challenge: Scalars['String']['input'];
  code: Scalars['String']['input'];
};


/** What can be changed. */
export type MutationConfirmTotpEnrollmentArgs = {
  code: Scalars['String']['input'];
};


/** What can be changed. */
export type MutationCreateApiTokenArgs = {
  expiresInDays?: InputMaybe<Scalars['Int']['input']>;
  name: Scalars['String']['input'];
  permissions?: InputMaybe<Array<Permission>>;
};


/** What can be changed. */
export type MutationCreateDocumentArgs = {
  body: Scalars['String']['input'];
  title: Scalars['String']['input'];
};


/** What can be changed. */
export type MutationDeleteAccountArgs = {
  userId: Scalars['ID']['input'];
};


/** What can be changed. */
export type MutationDeleteDocumentArgs = {
  id: Scalars['ID']['input'];
};


/** What can be changed. */
export type MutationFinishPasskeyLoginArgs = {
  challenge: Scalars['String']['input'];
  response: Scalars['JSON']['input'];
};


/** What can be changed. */
export type MutationFinishPasskeyRegistrationArgs = {
  name?: InputMaybe<Scalars['String']['input']>;
  response: Scalars['JSON']['input'];
};


/** What can be changed. */
export type MutationLoginArgs = {
  email: Scalars['EmailAddress']['input'];
  password: Scalars['String']['input'];
};


/** What can be changed. */
export type MutationLoginWithCodeArgs = {
  code: Scalars['String']['input'];
  email: Scalars['EmailAddress']['input'];
};


/** What can be changed. */
export type MutationPublishDocumentArgs = {
  id: Scalars['ID']['input'];
};


/** What can be changed. */
export type MutationReauthenticateArgs = {
  code?: InputMaybe<Scalars['String']['input']>;
  password?: InputMaybe<Scalars['String']['input']>;
};


/** What can be changed. */
export type MutationRegisterArgs = {
  email: Scalars['EmailAddress']['input'];
  name: Scalars['String']['input'];
  password: Scalars['String']['input'];
};


/** What can be changed. */
export type MutationReinstateUserArgs = {
  userId: Scalars['ID']['input'];
};


/** What can be changed. */
export type MutationRemoveAuthenticatorArgs = {
  id: Scalars['ID']['input'];
};


/** What can be changed. */
export type MutationRequestLoginCodeArgs = {
  email: Scalars['EmailAddress']['input'];
};


/** What can be changed. */
export type MutationRequestPasswordResetArgs = {
  email: Scalars['EmailAddress']['input'];
};


/** What can be changed. */
export type MutationResetPasswordArgs = {
  newPassword: Scalars['String']['input'];
  token: Scalars['String']['input'];
};


/** What can be changed. */
export type MutationRevokeSessionArgs = {
  id: Scalars['ID']['input'];
};


/** What can be changed. */
export type MutationShareDocumentArgs = {
  id: Scalars['ID']['input'];
  level: AccessLevel;
  with: GranteeInput;
};


/** What can be changed. */
export type MutationSuspendUserArgs = {
  userId: Scalars['ID']['input'];
};


/** What can be changed. */
export type MutationUnlinkLoginProviderArgs = {
  provider: Scalars['String']['input'];
};


/** What can be changed. */
export type MutationUnshareDocumentArgs = {
  id: Scalars['ID']['input'];
  with: GranteeInput;
};


/** What can be changed. */
export type MutationUpdateDocumentArgs = {
  body?: InputMaybe<Scalars['String']['input']>;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  id: Scalars['ID']['input'];
  title?: InputMaybe<Scalars['String']['input']>;
};


/** What can be changed. */
export type MutationUpdateProfileArgs = {
  name: Scalars['String']['input'];
};


/** What can be changed. */
export type MutationVerifyEmailArgs = {
  token: Scalars['String']['input'];
};


/** What can be changed. */
export type MutationWithdrawRoleArgs = {
  role: Role;
  userId: Scalars['ID']['input'];
};

/** Anything with an id of its own, to be fetched again by `node`. */
export type Node = {
  /** Identifies this object among all objects of all types. */
  id: Scalars['ID']['output'];
};

/** Where a page stands in the whole list, after the Relay cursor connections specification. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the last entry on this page, to pass as `after` for the next; null on an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there is more after this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether there is something before this page. Lists are read forwards only: true whenever `after` was given. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first entry on this page; null on an empty page. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** What a browser needs to sign in with a passkey. */
export type PasskeyLogin = {
  __typename?: 'PasskeyLogin';
  /** To be handed back to `finishPasskeyLogin`, by the same browser, within five minutes. */
  challenge: Scalars['String']['output'];
  /** PublicKeyCredentialRequestOptionsJSON, for `PublicKeyCredential.parseRequestOptionsFromJSON`. */
  options: Scalars['JSON']['output'];
};

/** One thing that a role allows. Roles carry permissions; rules in this schema ask for them. */
export type Permission =
  /** Read the private fields of one's own account. */
  | 'ACCOUNT_READ'
  /** Read the audit log. */
  | 'AUDIT_READ'
  /** Create documents. */
  | 'DOCUMENT_CREATE'
  /** Change, share and delete every document. */
  | 'DOCUMENT_MANAGE_ANY'
  /** Publish documents that one may write. */
  | 'DOCUMENT_PUBLISH'
  /** Read documents that one has access to. */
  | 'DOCUMENT_READ'
  /** Read every document. */
  | 'DOCUMENT_READ_ANY'
  /** Change documents that one has access to. */
  | 'DOCUMENT_WRITE'
  /** Assign roles and withdraw them. */
  | 'ROLE_ASSIGN'
  /** Suspend users and end their sessions. */
  | 'USER_MANAGE'
  /** List users and read their private fields. */
  | 'USER_READ';

/** The beginning of linking an account at a login provider. */
export type ProviderLink = {
  __typename?: 'ProviderLink';
  /** Where this browser has to go within ten minutes. It comes back to `returnTo`, with `oauth=linked` in the hash, or `oauth=refused` and a `reason`. */
  url: Scalars['String']['output'];
};

/** What can be read. */
export type Query = {
  __typename?: 'Query';
  /** What everyone can expect of every element of this schema by its rules, whatever the data. */
  accessMatrix?: Maybe<AccessMatrix>;
  /** What happened, newest first. */
  auditEvents?: Maybe<AuditEventConnection>;
  /** A document by id. `FORBIDDEN` for one that the viewer may not read and for one that does not exist alike. */
  document?: Maybe<Document>;
  /** The documents that the viewer may read, newest first. */
  documents?: Maybe<DocumentConnection>;
  /** What each part of an operation comes to for everyone, and by which rules. The operation is read, and never run. */
  explainAccess?: Maybe<AccessExplanation>;
  /** The providers that people may sign in with beside a password, by the server's configuration. */
  loginProviders: Array<LoginProvider>;
  /** The signed-in user. */
  me?: Maybe<User>;
  /** Any object by its id. The rules of its type apply. */
  node?: Maybe<Node>;
  /** The session that this request came with; null when nobody is signed in. What a frontend asks first. */
  session?: Maybe<Session>;
  /** A user by id. */
  user?: Maybe<User>;
  /** All users, oldest first. */
  users?: Maybe<UserConnection>;
};


/** What can be read. */
export type QueryAuditEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AuditFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be read. */
export type QueryDocumentArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read. */
export type QueryDocumentsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<DocumentFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be read. */
export type QueryExplainAccessArgs = {
  operationName?: InputMaybe<Scalars['String']['input']>;
  query: Scalars['String']['input'];
  variables?: InputMaybe<Scalars['JSON']['input']>;
};


/** What can be read. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read. */
export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read. */
export type QueryUsersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
};

/** Codes that stand in for an authenticator app, each once. */
export type RecoveryCodes = {
  __typename?: 'RecoveryCodes';
  /** Shown this once: only their hashes are kept. */
  codes: Array<Scalars['String']['output']>;
};

/** What a user is to the organization. Each value says in its `@grants` which permissions it brings and which roles it includes. */
export type Role =
  /** Manages people, roles and all documents, and reads the audit log. */
  | 'ADMIN'
  /** Reads every document and publishes those it may write. */
  | 'EDITOR'
  /** Every account: its own data, its own documents, and what others share with it. */
  | 'MEMBER';

/** Everyone who holds a role, itself or through a role that includes it. */
export type RoleGrantee = {
  __typename?: 'RoleGrantee';
  /** The role. */
  role: Role;
};

/** The first factor is proved, and nobody is signed in yet: `completeSecondFactor` wants a code. */
export type SecondFactorRequired = {
  __typename?: 'SecondFactorRequired';
  /** To be handed to `completeSecondFactor` by the same browser. It grants nothing else. */
  challenge: Scalars['String']['output'];
  /** Until when. */
  expiresAt: Scalars['DateTime']['output'];
  /** What the code may be. */
  methods: Array<AuthenticationMethod>;
};

/** A place where a user is signed in. Visible to its user and to administrators. */
export type Session = Node & {
  __typename?: 'Session';
  /** When the user last proved who they are. Rules with `@auth(maxAge:)` count from here. */
  authenticatedAt: Scalars['DateTime']['output'];
  /** When the session began. */
  createdAt: Scalars['DateTime']['output'];
  /** Whether this is the session that the request came with. */
  current: Scalars['Boolean']['output'];
  /** When the session ends unless it is used before then. */
  expiresAt: Scalars['DateTime']['output'];
  /** Identifies this session. It is not a credential. */
  id: Scalars['ID']['output'];
  /** The network address at sign-in. */
  ipAddress?: Maybe<Scalars['String']['output']>;
  /** What the session belongs to. */
  kind: SessionKind;
  /** When the session was last used, to within a minute. */
  lastUsedAt: Scalars['DateTime']['output'];
  /** How the user proved who they are. */
  methods: Array<AuthenticationMethod>;
  /** What its user calls an API token; null for a browser. */
  name?: Maybe<Scalars['String']['output']>;
  /** An API token's scopes: of these it has what its user has at the time. Null: all of its user's. */
  permissions?: Maybe<Array<Permission>>;
  /** Who is signed in. */
  user: User;
  /** The browser's description of itself at sign-in. */
  userAgent?: Maybe<Scalars['String']['output']>;
};

/** What a session belongs to. */
export type SessionKind =
  /** A program that sends an API token. */
  | 'API_TOKEN'
  /** A browser that holds the session cookie. */
  | 'BROWSER';

/** What is told as it happens, as a stream of events. */
export type Subscription = {
  __typename?: 'Subscription';
  /** A document whenever it, or whom it is shared with, changes: each time as it is then, for those alone who may read it then. Several changes in a row may be told as one. The stream ends with `FORBIDDEN` once the viewer may not read the document, with `UNAUTHENTICATED` once their session has ended, and when the document is deleted. */
  documentChanged?: Maybe<Document>;
};


/** What is told as it happens, as a stream of events. */
export type SubscriptionDocumentChangedArgs = {
  id: Scalars['ID']['input'];
};

/** What an authenticator app is set up with, three times the same. It counts once `confirmTotpEnrollment` has proved that the app works. */
export type TotpEnrollment = {
  __typename?: 'TotpEnrollment';
  /** The URI as a QR code: an SVG document. */
  qrCode: Scalars['String']['output'];
  /** The secret in base32, to be typed. */
  secret: Scalars['String']['output'];
  /** An `otpauth:` URI, to be opened on the device that has the app. */
  uri: Scalars['String']['output'];
};

/** A person's account. Everyone who is signed in sees its name; the rest is for its owner and for administrators. */
export type User = Node & {
  __typename?: 'User';
  /** What the user has registered to prove who they are, oldest first. A password is not among it. */
  authenticators?: Maybe<Array<Authenticator>>;
  /** When the account was made. */
  createdAt: Scalars['DateTime']['output'];
  /** The address that the user signs in with. */
  email?: Maybe<Scalars['EmailAddress']['output']>;
  /** Whether the user has proved that the address is theirs. */
  emailVerified?: Maybe<Scalars['Boolean']['output']>;
  /** Identifies this user. */
  id: Scalars['ID']['output'];
  /** The name to show to others. */
  name: Scalars['String']['output'];
  /** What the user's roles permit, with what they include: scopes for an API token are chosen among these. */
  permissions?: Maybe<Array<Permission>>;
  /** The roles assigned to the user. Roles that these include are not repeated. */
  roles?: Maybe<Array<Role>>;
  /** Where the user is signed in, most recently used first. */
  sessions?: Maybe<Array<Session>>;
  /** Whether the account is suspended: it cannot sign in, and its sessions have ended. */
  suspended?: Maybe<Scalars['Boolean']['output']>;
};

/** A page of users. */
export type UserConnection = {
  __typename?: 'UserConnection';
  /** The users on this page, each with its cursor. */
  edges: Array<UserEdge>;
  /** Where this page stands in the whole list. */
  pageInfo: PageInfo;
  /** How many users the whole list holds, over all pages. */
  totalCount: Scalars['Int']['output'];
};

/** One user on a page. */
export type UserEdge = {
  __typename?: 'UserEdge';
  /** Where this user stands in the list, for `after`. */
  cursor: Scalars['String']['output'];
  /** The user. */
  node?: Maybe<User>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;



/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  Grantee:
    | ( EveryoneModel )
    | ( InviteeModel )
    | ( RoleGranteeModel )
    | ( UserModel )
  ;
  LoginResult:
    | ( SecondFactorRequiredModel )
    | ( SessionModel )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( DocumentModel )
    | ( SessionModel )
    | ( UserModel )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AccessDecision: AccessDecision;
  AccessExplanation: ResolverTypeWrapper<AccessExplanation>;
  AccessExplanationPart: ResolverTypeWrapper<AccessExplanationPart>;
  AccessGrant: ResolverTypeWrapper<AccessGrantModel>;
  AccessLevel: AccessLevel;
  AccessLockEntry: ResolverTypeWrapper<AccessLockEntry>;
  AccessMatrix: ResolverTypeWrapper<AccessMatrix>;
  AccessMatrixCell: ResolverTypeWrapper<AccessMatrixCell>;
  AccessMatrixRow: ResolverTypeWrapper<AccessMatrixRow>;
  AccessMatrixRule: ResolverTypeWrapper<AccessMatrixRule>;
  AccessRoleSet: ResolverTypeWrapper<AccessRoleSet>;
  AccessRule: AccessRule;
  AuditAction: AuditAction;
  AuditEvent: ResolverTypeWrapper<AuditEventModel>;
  AuditEventConnection: ResolverTypeWrapper<AuditEventConnectionModel>;
  AuditEventEdge: ResolverTypeWrapper<Omit<AuditEventEdge, 'node'> & { node?: Maybe<ResolversTypes['AuditEvent']> }>;
  AuditFilter: AuditFilter;
  AuthenticationMethod: AuthenticationMethod;
  Authenticator: ResolverTypeWrapper<AuthenticatorModel>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  CreatedApiToken: ResolverTypeWrapper<Omit<CreatedApiToken, 'session'> & { session: ResolversTypes['Session'] }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Document: ResolverTypeWrapper<DocumentModel>;
  DocumentConnection: ResolverTypeWrapper<DocumentConnectionModel>;
  DocumentEdge: ResolverTypeWrapper<Omit<DocumentEdge, 'node'> & { node?: Maybe<ResolversTypes['Document']> }>;
  DocumentFilter: DocumentFilter;
  EmailAddress: ResolverTypeWrapper<Scalars['EmailAddress']['output']>;
  Everyone: ResolverTypeWrapper<EveryoneModel>;
  Grantee: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['Grantee']>;
  GranteeInput: GranteeInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Invitee: ResolverTypeWrapper<InviteeModel>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  LoginProvider: ResolverTypeWrapper<LoginProviderModel>;
  LoginResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['LoginResult']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PasskeyLogin: ResolverTypeWrapper<PasskeyLogin>;
  Permission: Permission;
  ProviderLink: ResolverTypeWrapper<ProviderLink>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RecoveryCodes: ResolverTypeWrapper<RecoveryCodes>;
  Role: Role;
  RoleGrantee: ResolverTypeWrapper<RoleGranteeModel>;
  SecondFactorRequired: ResolverTypeWrapper<SecondFactorRequiredModel>;
  Session: ResolverTypeWrapper<SessionModel>;
  SessionKind: SessionKind;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TotpEnrollment: ResolverTypeWrapper<TotpEnrollment>;
  User: ResolverTypeWrapper<UserModel>;
  UserConnection: ResolverTypeWrapper<UserConnectionModel>;
  UserEdge: ResolverTypeWrapper<Omit<UserEdge, 'node'> & { node?: Maybe<ResolversTypes['User']> }>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AccessExplanation: AccessExplanation;
  AccessExplanationPart: AccessExplanationPart;
  AccessGrant: AccessGrantModel;
  AccessLockEntry: AccessLockEntry;
  AccessMatrix: AccessMatrix;
  AccessMatrixCell: AccessMatrixCell;
  AccessMatrixRow: AccessMatrixRow;
  AccessMatrixRule: AccessMatrixRule;
  AccessRoleSet: AccessRoleSet;
  AccessRule: AccessRule;
  AuditEvent: AuditEventModel;
  AuditEventConnection: AuditEventConnectionModel;
  AuditEventEdge: Omit<AuditEventEdge, 'node'> & { node?: Maybe<ResolversParentTypes['AuditEvent']> };
  AuditFilter: AuditFilter;
  Authenticator: AuthenticatorModel;
  Boolean: Scalars['Boolean']['output'];
  CreatedApiToken: Omit<CreatedApiToken, 'session'> & { session: ResolversParentTypes['Session'] };
  DateTime: Scalars['DateTime']['output'];
  Document: DocumentModel;
  DocumentConnection: DocumentConnectionModel;
  DocumentEdge: Omit<DocumentEdge, 'node'> & { node?: Maybe<ResolversParentTypes['Document']> };
  DocumentFilter: DocumentFilter;
  EmailAddress: Scalars['EmailAddress']['output'];
  Everyone: EveryoneModel;
  Grantee: ResolversUnionTypes<ResolversParentTypes>['Grantee'];
  GranteeInput: GranteeInput;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Invitee: InviteeModel;
  JSON: Scalars['JSON']['output'];
  LoginProvider: LoginProviderModel;
  LoginResult: ResolversUnionTypes<ResolversParentTypes>['LoginResult'];
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: PageInfo;
  PasskeyLogin: PasskeyLogin;
  ProviderLink: ProviderLink;
  Query: Record<PropertyKey, never>;
  RecoveryCodes: RecoveryCodes;
  RoleGrantee: RoleGranteeModel;
  SecondFactorRequired: SecondFactorRequiredModel;
  Session: SessionModel;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  TotpEnrollment: TotpEnrollment;
  User: UserModel;
  UserConnection: UserConnectionModel;
  UserEdge: Omit<UserEdge, 'node'> & { node?: Maybe<ResolversParentTypes['User']> };
};

export type AllowDirectiveArgs = {
  any: Array<AccessRule>;
};

export type AllowDirectiveResolver<Result, Parent, ContextType = Context, Args = AllowDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AuthDirectiveArgs = {
  interactive?: Maybe<Scalars['Boolean']['input']>;
  maxAge?: Maybe<Scalars['Int']['input']>;
};

export type AuthDirectiveResolver<Result, Parent, ContextType = Context, Args = AuthDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ChecksCredentialDirectiveArgs = { };

export type ChecksCredentialDirectiveResolver<Result, Parent, ContextType = Context, Args = ChecksCredentialDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type GrantsDirectiveArgs = {
  includes?: Maybe<Array<Role>>;
  permissions: Array<Permission>;
};

export type GrantsDirectiveResolver<Result, Parent, ContextType = Context, Args = GrantsDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type HasAccessDirectiveArgs = {
  id?: Maybe<Scalars['String']['input']>;
  level: AccessLevel;
  resource?: Maybe<Scalars['String']['input']>;
};

export type HasAccessDirectiveResolver<Result, Parent, ContextType = Context, Args = HasAccessDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type HasPermissionDirectiveArgs = {
  permission: Array<Permission>;
};

export type HasPermissionDirectiveResolver<Result, Parent, ContextType = Context, Args = HasPermissionDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type HasRoleDirectiveArgs = {
  role: Array<Role>;
};

export type HasRoleDirectiveResolver<Result, Parent, ContextType = Context, Args = HasRoleDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ListSizeDirectiveArgs = {
  assumedSize: Scalars['Int']['input'];
};

export type ListSizeDirectiveResolver<Result, Parent, ContextType = Context, Args = ListSizeDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type PublicDirectiveArgs = { };

export type PublicDirectiveResolver<Result, Parent, ContextType = Context, Args = PublicDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ReadsDirectiveArgs = {
  field: Scalars['String']['input'];
};

export type ReadsDirectiveResolver<Result, Parent, ContextType = Context, Args = ReadsDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type SignsInDirectiveArgs = { };

export type SignsInDirectiveResolver<Result, Parent, ContextType = Context, Args = SignsInDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AccessExplanationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessExplanation'] = ResolversParentTypes['AccessExplanation']> = {
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  parts?: Resolver<Array<ResolversTypes['AccessExplanationPart']>, ParentType, ContextType>;
  roles?: Resolver<Array<ResolversTypes['Role']>, ParentType, ContextType>;
  smallestRoleSets?: Resolver<Array<ResolversTypes['AccessRoleSet']>, ParentType, ContextType>;
};

export type AccessExplanationPartResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessExplanationPart'] = ResolversParentTypes['AccessExplanationPart']> = {
  anonymous?: Resolver<ResolversTypes['AccessDecision'], ParentType, ContextType>;
  cells?: Resolver<Array<ResolversTypes['AccessMatrixCell']>, ParentType, ContextType>;
  coordinate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  rules?: Resolver<Array<ResolversTypes['AccessMatrixRule']>, ParentType, ContextType>;
};

export type AccessGrantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessGrant'] = ResolversParentTypes['AccessGrant']> = {
  grantedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  grantedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  grantee?: Resolver<ResolversTypes['Grantee'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  level?: Resolver<ResolversTypes['AccessLevel'], ParentType, ContextType>;
};

export type AccessLockEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessLockEntry'] = ResolversParentTypes['AccessLockEntry']> = {
  anonymous?: Resolver<Maybe<ResolversTypes['AccessDecision']>, ParentType, ContextType>;
  bare?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  cells?: Resolver<Array<ResolversTypes['AccessMatrixCell']>, ParentType, ContextType>;
  coordinate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rules?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AccessMatrixResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessMatrix'] = ResolversParentTypes['AccessMatrix']> = {
  lockEntries?: Resolver<Array<ResolversTypes['AccessLockEntry']>, ParentType, ContextType>;
  roles?: Resolver<Array<ResolversTypes['Role']>, ParentType, ContextType>;
  rows?: Resolver<Array<ResolversTypes['AccessMatrixRow']>, ParentType, ContextType>;
};

export type AccessMatrixCellResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessMatrixCell'] = ResolversParentTypes['AccessMatrixCell']> = {
  decision?: Resolver<ResolversTypes['AccessDecision'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
};

export type AccessMatrixRowResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessMatrixRow'] = ResolversParentTypes['AccessMatrixRow']> = {
  anonymous?: Resolver<ResolversTypes['AccessDecision'], ParentType, ContextType>;
  cells?: Resolver<Array<ResolversTypes['AccessMatrixCell']>, ParentType, ContextType>;
  coordinate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['AccessDecision']>, ParentType, ContextType>;
  rules?: Resolver<Array<ResolversTypes['AccessMatrixRule']>, ParentType, ContextType>;
  typeRules?: Resolver<Array<ResolversTypes['AccessMatrixRule']>, ParentType, ContextType>;
};

export type AccessMatrixRuleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessMatrixRule'] = ResolversParentTypes['AccessMatrixRule']> = {
  anonymous?: Resolver<ResolversTypes['AccessDecision'], ParentType, ContextType>;
  cells?: Resolver<Array<ResolversTypes['AccessMatrixCell']>, ParentType, ContextType>;
  coordinate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AccessRoleSetResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessRoleSet'] = ResolversParentTypes['AccessRoleSet']> = {
  roles?: Resolver<Array<ResolversTypes['Role']>, ParentType, ContextType>;
  signedIn?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type AuditEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEvent'] = ResolversParentTypes['AuditEvent']> = {
  action?: Resolver<ResolversTypes['AuditAction'], ParentType, ContextType>;
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  actorId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  detail?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ipAddress?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  occurredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  subjectId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  subjectType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userAgent?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AuditEventConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEventConnection'] = ResolversParentTypes['AuditEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['AuditEventEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AuditEventEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEventEdge'] = ResolversParentTypes['AuditEventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['AuditEvent']>, ParentType, ContextType>;
};

export type AuthenticatorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Authenticator'] = ResolversParentTypes['Authenticator']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  method?: Resolver<ResolversTypes['AuthenticationMethod'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CreatedApiTokenResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreatedApiToken'] = ResolversParentTypes['CreatedApiToken']> = {
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
  token?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DocumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Document'] = ResolversParentTypes['Document']> = {
  body?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  grants?: Resolver<Maybe<Array<ResolversTypes['AccessGrant']>>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  mayChange?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  owner?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  published?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DocumentConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DocumentConnection'] = ResolversParentTypes['DocumentConnection']> = {
  edges?: Resolver<Array<ResolversTypes['DocumentEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DocumentEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DocumentEdge'] = ResolversParentTypes['DocumentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Document']>, ParentType, ContextType>;
};

export interface EmailAddressScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EmailAddress'], any> {
  name: 'EmailAddress';
}

export type EveryoneResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Everyone'] = ResolversParentTypes['Everyone']> = {
  everyone?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GranteeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Grantee'] = ResolversParentTypes['Grantee']> = {
  __resolveType: TypeResolveFn<'Everyone' | 'Invitee' | 'RoleGrantee' | 'User', ParentType, ContextType>;
};

export type InviteeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Invitee'] = ResolversParentTypes['Invitee']> = {
  email?: Resolver<ResolversTypes['EmailAddress'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type LoginProviderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LoginProvider'] = ResolversParentTypes['LoginProvider']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  linked?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  startPath?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type LoginResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LoginResult'] = ResolversParentTypes['LoginResult']> = {
  __resolveType: TypeResolveFn<'SecondFactorRequired' | 'Session', ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  assignRole?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<MutationAssignRoleArgs, 'role' | 'userId'>>;
  beginPasskeyLogin?: Resolver<Maybe<ResolversTypes['PasskeyLogin']>, ParentType, ContextType>;
  beginPasskeyRegistration?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  beginProviderLink?: Resolver<Maybe<ResolversTypes['ProviderLink']>, ParentType, ContextType, RequireFields<MutationBeginProviderLinkArgs, 'provider' | 'returnTo'>>;
  beginTotpEnrollment?: Resolver<Maybe<ResolversTypes['TotpEnrollment']>, ParentType, ContextType>;
  changeEmail?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, RequireFields<MutationChangeEmailArgs, 'newEmail'>>;
  changePassword?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'currentPassword' | 'newPassword'>>;
  completeSecondFactor?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType, RequireFields<MutationCompleteSecondFactorArgs, 'challenge' | 'code'>>;
  confirmTotpEnrollment?: Resolver<Maybe<ResolversTypes['RecoveryCodes']>, ParentType, ContextType, RequireFields<MutationConfirmTotpEnrollmentArgs, 'code'>>;
  createApiToken?: Resolver<Maybe<ResolversTypes['CreatedApiToken']>, ParentType, ContextType, RequireFields<MutationCreateApiTokenArgs, 'expiresInDays' | 'name'>>;
  createDocument?: Resolver<Maybe<ResolversTypes['Document']>, ParentType, ContextType, RequireFields<MutationCreateDocumentArgs, 'body' | 'title'>>;
  deleteAccount?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, RequireFields<MutationDeleteAccountArgs, 'userId'>>;
  deleteDocument?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, RequireFields<MutationDeleteDocumentArgs, 'id'>>;
  finishPasskeyLogin?: Resolver<Maybe<ResolversTypes['LoginResult']>, ParentType, ContextType, RequireFields<MutationFinishPasskeyLoginArgs, 'challenge' | 'response'>>;
  finishPasskeyRegistration?: Resolver<Maybe<ResolversTypes['Authenticator']>, ParentType, ContextType, RequireFields<MutationFinishPasskeyRegistrationArgs, 'response'>>;
  login?: Resolver<Maybe<ResolversTypes['LoginResult']>, ParentType, ContextType, RequireFields<MutationLoginArgs, 'email' | 'password'>>;
  loginWithCode?: Resolver<Maybe<ResolversTypes['LoginResult']>, ParentType, ContextType, RequireFields<MutationLoginWithCodeArgs, 'code' | 'email'>>;
  logout?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  publishDocument?: Resolver<Maybe<ResolversTypes['Document']>, ParentType, ContextType, RequireFields<MutationPublishDocumentArgs, 'id'>>;
  reauthenticate?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType, Partial<MutationReauthenticateArgs>>;
  regenerateRecoveryCodes?: Resolver<Maybe<ResolversTypes['RecoveryCodes']>, ParentType, ContextType>;
  register?: Resolver<Maybe<ResolversTypes['LoginResult']>, ParentType, ContextType, RequireFields<MutationRegisterArgs, 'email' | 'name' | 'password'>>;
  reinstateUser?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<MutationReinstateUserArgs, 'userId'>>;
  removeAuthenticator?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, RequireFields<MutationRemoveAuthenticatorArgs, 'id'>>;
  requestEmailVerification?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  requestLoginCode?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, RequireFields<MutationRequestLoginCodeArgs, 'email'>>;
  requestPasswordReset?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, RequireFields<MutationRequestPasswordResetArgs, 'email'>>;
  resetPassword?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, RequireFields<MutationResetPasswordArgs, 'newPassword' | 'token'>>;
  revokeOtherSessions?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  revokeSession?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, RequireFields<MutationRevokeSessionArgs, 'id'>>;
  shareDocument?: Resolver<Maybe<ResolversTypes['AccessGrant']>, ParentType, ContextType, RequireFields<MutationShareDocumentArgs, 'id' | 'level' | 'with'>>;
  suspendUser?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<MutationSuspendUserArgs, 'userId'>>;
  unlinkLoginProvider?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, RequireFields<MutationUnlinkLoginProviderArgs, 'provider'>>;
  unshareDocument?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, RequireFields<MutationUnshareDocumentArgs, 'id' | 'with'>>;
  updateDocument?: Resolver<Maybe<ResolversTypes['Document']>, ParentType, ContextType, RequireFields<MutationUpdateDocumentArgs, 'id'>>;
  updateProfile?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<MutationUpdateProfileArgs, 'name'>>;
  verifyEmail?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, RequireFields<MutationVerifyEmailArgs, 'token'>>;
  withdrawRole?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<MutationWithdrawRoleArgs, 'role' | 'userId'>>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Document' | 'Session' | 'User', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PasskeyLoginResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PasskeyLogin'] = ResolversParentTypes['PasskeyLogin']> = {
  challenge?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  options?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
};

export type ProviderLinkResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProviderLink'] = ResolversParentTypes['ProviderLink']> = {
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  accessMatrix?: Resolver<Maybe<ResolversTypes['AccessMatrix']>, ParentType, ContextType>;
  auditEvents?: Resolver<Maybe<ResolversTypes['AuditEventConnection']>, ParentType, ContextType, RequireFields<QueryAuditEventsArgs, 'first'>>;
  document?: Resolver<Maybe<ResolversTypes['Document']>, ParentType, ContextType, RequireFields<QueryDocumentArgs, 'id'>>;
  documents?: Resolver<Maybe<ResolversTypes['DocumentConnection']>, ParentType, ContextType, RequireFields<QueryDocumentsArgs, 'first'>>;
  explainAccess?: Resolver<Maybe<ResolversTypes['AccessExplanation']>, ParentType, ContextType, RequireFields<QueryExplainAccessArgs, 'query'>>;
  loginProviders?: Resolver<Array<ResolversTypes['LoginProvider']>, ParentType, ContextType>;
  me?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'id'>>;
  users?: Resolver<Maybe<ResolversTypes['UserConnection']>, ParentType, ContextType, RequireFields<QueryUsersArgs, 'first'>>;
};

export type RecoveryCodesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RecoveryCodes'] = ResolversParentTypes['RecoveryCodes']> = {
  codes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RoleGranteeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RoleGrantee'] = ResolversParentTypes['RoleGrantee']> = {
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SecondFactorRequiredResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SecondFactorRequired'] = ResolversParentTypes['SecondFactorRequired']> = {
  challenge?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  methods?: Resolver<Array<ResolversTypes['AuthenticationMethod']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  authenticatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ipAddress?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['SessionKind'], ParentType, ContextType>;
  lastUsedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  methods?: Resolver<Array<ResolversTypes['AuthenticationMethod']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  permissions?: Resolver<Maybe<Array<ResolversTypes['Permission']>>, ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  userAgent?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  documentChanged?: SubscriptionResolver<Maybe<ResolversTypes['Document']>, "documentChanged", ParentType, ContextType, RequireFields<SubscriptionDocumentChangedArgs, 'id'>>;
};

export type TotpEnrollmentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TotpEnrollment'] = ResolversParentTypes['TotpEnrollment']> = {
  qrCode?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  secret?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  uri?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  authenticators?: Resolver<Maybe<Array<ResolversTypes['Authenticator']>>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['EmailAddress']>, ParentType, ContextType>;
  emailVerified?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  permissions?: Resolver<Maybe<Array<ResolversTypes['Permission']>>, ParentType, ContextType>;
  roles?: Resolver<Maybe<Array<ResolversTypes['Role']>>, ParentType, ContextType>;
  sessions?: Resolver<Maybe<Array<ResolversTypes['Session']>>, ParentType, ContextType>;
  suspended?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<Array<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  AccessExplanation?: AccessExplanationResolvers<ContextType>;
  AccessExplanationPart?: AccessExplanationPartResolvers<ContextType>;
  AccessGrant?: AccessGrantResolvers<ContextType>;
  AccessLockEntry?: AccessLockEntryResolvers<ContextType>;
  AccessMatrix?: AccessMatrixResolvers<ContextType>;
  AccessMatrixCell?: AccessMatrixCellResolvers<ContextType>;
  AccessMatrixRow?: AccessMatrixRowResolvers<ContextType>;
  AccessMatrixRule?: AccessMatrixRuleResolvers<ContextType>;
  AccessRoleSet?: AccessRoleSetResolvers<ContextType>;
  AuditEvent?: AuditEventResolvers<ContextType>;
  AuditEventConnection?: AuditEventConnectionResolvers<ContextType>;
  AuditEventEdge?: AuditEventEdgeResolvers<ContextType>;
  Authenticator?: AuthenticatorResolvers<ContextType>;
  CreatedApiToken?: CreatedApiTokenResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Document?: DocumentResolvers<ContextType>;
  DocumentConnection?: DocumentConnectionResolvers<ContextType>;
  DocumentEdge?: DocumentEdgeResolvers<ContextType>;
  EmailAddress?: GraphQLScalarType;
  Everyone?: EveryoneResolvers<ContextType>;
  Grantee?: GranteeResolvers<ContextType>;
  Invitee?: InviteeResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  LoginProvider?: LoginProviderResolvers<ContextType>;
  LoginResult?: LoginResultResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PasskeyLogin?: PasskeyLoginResolvers<ContextType>;
  ProviderLink?: ProviderLinkResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RecoveryCodes?: RecoveryCodesResolvers<ContextType>;
  RoleGrantee?: RoleGranteeResolvers<ContextType>;
  SecondFactorRequired?: SecondFactorRequiredResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TotpEnrollment?: TotpEnrollmentResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  allow?: AllowDirectiveResolver<any, any, ContextType>;
  auth?: AuthDirectiveResolver<any, any, ContextType>;
  checksCredential?: ChecksCredentialDirectiveResolver<any, any, ContextType>;
  grants?: GrantsDirectiveResolver<any, any, ContextType>;
  hasAccess?: HasAccessDirectiveResolver<any, any, ContextType>;
  hasPermission?: HasPermissionDirectiveResolver<any, any, ContextType>;
  hasRole?: HasRoleDirectiveResolver<any, any, ContextType>;
  listSize?: ListSizeDirectiveResolver<any, any, ContextType>;
  public?: PublicDirectiveResolver<any, any, ContextType>;
  reads?: ReadsDirectiveResolver<any, any, ContextType>;
  signsIn?: SignsInDirectiveResolver<any, any, ContextType>;
};
